import { expect, test } from "bun:test";
import { Hmac } from "../../secrets/hmac.ts";
import { md5Hex } from "../../secrets/md5.ts";
import { centrifugoCurl, pusherCurl } from "./commands.ts";

const setup = {
  // A quote in a secret must not end the shell's word.
  app: { id: "1000", key: "app-key", secret: "it's $HOME secret" },
  apiKey: "api'key",
  websocketPath: "/connection/websocket",
  apiPath: "/api",
  pages: [],
  users: { pusher: { id: "violet", name: "Violet" }, centrifugo: { id: "teal", name: "Teal" } },
};

/** Runs a command with a curl in place that only prints its arguments. */
async function argumentsOf(command: string): Promise<readonly string[]> {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const shell = Bun.spawn(["bash", "-euo", "pipefail", "-c", script], { stderr: "inherit" });
  return (await new Response(shell.stdout).text()).split("\0").slice(0, -1);
}

test("the Pusher command signs what it sends", async () => {
  const sent = await argumentsOf(pusherCurl(setup, "http://localhost:8000", "presence-lobby"));
  const url = new URL(sent[0] ?? "");
  const body = sent.at(-1) ?? "";
  expect(JSON.parse(body)).toEqual({
    name: "message",
    channel: "presence-lobby",
    data: '{"text":"Hello from curl"}',
  });
  const [query = "", signature] = url.search.slice(1).split("&auth_signature=");
  expect(url.searchParams.get("body_md5")).toBe(md5Hex(body));
  expect(Math.abs(Number(url.searchParams.get("auth_timestamp")) - Date.now() / 1000)).toBeLessThan(60);
  expect(signature).toBe(new Hmac(setup.app.secret).hex(`POST\n/apps/1000/events\n${query}`));
});

test("the Centrifugo command carries the API key and a publication in the form of an event", async () => {
  const sent = await argumentsOf(centrifugoCurl(setup, "http://localhost:8000", "presence-lobby"));
  expect(sent[0]).toBe("http://localhost:8000/api/publish");
  expect(sent).toContain("X-API-Key: api'key");
  expect(JSON.parse(sent.at(-1) ?? "")).toEqual({
    channel: "presence-lobby",
    data: { type: "message", data: { text: "Hello from curl" } },
  });
});
