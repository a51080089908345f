import { NotUpgraded } from "../../program/socket.ts";
import { expectSame, expectThat, Skipped } from "../../program/verdict.ts";
import { must, type Line } from "../line.ts";
import type { Scene } from "../scene.ts";

function allowed(scene: Scene): string {
  const { origin } = scene.target;
  if (origin === undefined)
    throw new Skipped("needs --origin ORIGIN, the only one of browsers that the server takes");
  return origin;
}

export const origins: readonly Line[] = [
  must("10.2", "origin", "a browser of the origin that is allowed is served", async (scene) => {
    await scene.connect({ headers: { origin: allowed(scene) } });
  }),
  ...[
    ["other", "https://other.example"],
    ["longer", "https://allowed.example.other.example"],
    ["null", "null"],
  ].map(([id = "", origin = ""]) =>
    must("10.2", `origin-${id}`, `a browser of the origin ${origin}: 403`, async (scene) => {
      allowed(scene);
      const opened = await scene.open({ headers: { origin } }).then(
        () => "opened",
        (cause: unknown) => (cause instanceof NotUpgraded ? cause.status : String(cause)),
      );
      expectSame(opened, 403, "what came of it");
    }),
  ),
  must(
    "8.1",
    "origin-of-streams",
    "http_stream says to a browser whose origin is allowed that it may read",
    async (scene) => {
      const origin = allowed(scene);
      if (!scene.target.transports) throw new Skipped("needs --transports");
      const { headers } = await fetch(`${scene.target.url}/connection/http_stream`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
      expectSame(headers.get("access-control-allow-origin"), origin, "Access-Control-Allow-Origin");
      expectSame(headers.get("access-control-allow-credentials"), "true", "Access-Control-Allow-Credentials");
    },
  ),
  must("8.1", "origin-of-streams-other", "… and says nothing to others", async (scene) => {
    allowed(scene);
    if (!scene.target.transports) throw new Skipped("needs --transports");
    const { headers } = await fetch(`${scene.target.url}/connection/http_stream`, {
      method: "OPTIONS",
      headers: { origin: "https://other.example", "access-control-request-method": "POST" },
    });
    expectThat(headers.get("access-control-allow-origin") === null, "Access-Control-Allow-Origin is there");
  }),
];
