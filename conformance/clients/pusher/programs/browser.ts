// Runs in a page, bundled as an application's own code would be.
import Pusher from "pusher-js/with-encryption";
import type { Command, Line, Terms } from "../field-client.ts";
import { driveEcho } from "./laravel-echo.ts";
import { drivePusher, type Driver } from "./pusher-js.ts";

declare global {
  interface Window {
    /** What the test hears. */
    say(line: Line): void;
    start(library: string, terms: Terms): void;
    perform(command: Command): void;
  }
}

let driver: Driver | undefined;
window.start = (library, terms) => {
  driver = (library === "laravel-echo" ? driveEcho : drivePusher)(Pusher, terms, (line) => {
    window.say(line);
  });
};
window.perform = (command) => {
  driver?.(command);
};
