// Runs in a page, bundled as an application's own code would be.
import type { Said, Told, Transport } from "../field-client.ts";
import { builds, type BuildName } from "./builds.ts";
import { driver } from "./centrifuge-js.ts";

declare global {
  interface Window {
    /** What the test hears. */
    sayOfCentrifuge(line: Said): void;
    startCentrifuge(build: BuildName, transport: Transport): void;
    tellCentrifuge(told: Told): void;
  }
}

window.startCentrifuge = (name, transport) => {
  window.tellCentrifuge = driver(builds[name], transport, (line) => {
    window.sayOfCentrifuge(line);
  });
};
