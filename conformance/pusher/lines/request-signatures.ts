import type { Twist } from "../api.ts";
import { must, type Line } from "../line.ts";
import { expectSame, expectThat } from "../../program/verdict.ts";

function now(seconds = 0): string {
  return String(Math.floor(Date.now() / 1000) + seconds);
}

/** A request that is not signed as it should: 401, and nothing is published. */
function refused(id: string, what: string, twist: (parts: { readonly channel: string }) => Twist): Line {
  return must("3.2", `request-${id}`, `${what}: 401, and nothing is published`, async (scene) => {
    const channel = scene.name();
    const client = await scene.joined(channel);
    const answer = await scene.api.post(
      "/events",
      { name: "forged", channel, data: "{}" },
      twist({ channel }),
    );
    expectThat(
      [401, 400].includes(answer.status),
      `answered with ${answer.status}: ${answer.text.slice(0, 120)}`,
    );
    if (!id.endsWith("missing")) expectSame(answer.status, 401, "the status");
    await scene.settle(client);
    client.expectNone("forged");
  });
}

function taken(id: string, what: string, twist: () => Twist): Line {
  return must("3.2", `request-${id}`, `${what} is taken`, async (scene) => {
    const channel = scene.name();
    const client = await scene.joined(channel);
    const answer = await scene.api.post("/events", { name: "signed", channel, data: "{}" }, twist());
    expectSame(answer.status, 200, `the status (${answer.text.slice(0, 120)})`);
    await client.next("signed", channel);
  });
}

const parts = ["auth_key", "auth_timestamp", "auth_version", "auth_signature"];

export const requestSignatures: readonly Line[] = [
  refused("secret", "a signature by another secret", () => ({ secret: "other" })),
  refused("body", "a body that is not the one that was signed", ({ channel }) => ({
    sentBody: JSON.stringify({ name: "forged", channel, data: "[]" }),
  })),
  refused("md5", "a body_md5 that is signed, and not that of the body", () => ({
    signed: { body_md5: "0".repeat(32) },
  })),
  refused("md5-left-out", "a body without body_md5, rightly signed", () => ({
    signed: { body_md5: undefined },
  })),
  refused("parameter-changed", "a parameter changed after signing", () => ({
    unsigned: { auth_timestamp: now(1) },
  })),
  refused("parameter-added", "a parameter added after signing", () => ({ unsigned: { info: "user_count" } })),
  refused("key", "a key of no app", () => ({ signed: { auth_key: "no-such-key" } })),
  refused("version", "an auth_version that is not 1.0", () => ({ signed: { auth_version: "2.0" } })),
  refused("old", "a timestamp more than 600 seconds ago", () => ({ signed: { auth_timestamp: now(-620) } })),
  refused("early", "a timestamp more than 600 seconds ahead", () => ({
    signed: { auth_timestamp: now(620) },
  })),
  refused("timestamp-text", "a timestamp that is no number", () => ({
    signed: { auth_timestamp: "yesterday" },
  })),
  refused("signature-cut", "a signature cut short", () => ({ unsigned: { auth_signature: "ab12" } })),
  ...parts.map((name) =>
    refused(`${name.replace("_", "-")}-missing`, `a request without ${name} (or 400)`, () =>
      name === "auth_signature" ? { unsigned: { [name]: undefined } } : { signed: { [name]: undefined } },
    ),
  ),
  must("3.2", "request-other-path", "a signature of one path opens no other", async (scene) => {
    const answer = await scene.api.get(
      "/channels",
      {},
      { sentPath: `/apps/${scene.target.app.id}/channels/x` },
    );
    expectSame(answer.status, 401, "the status");
  }),
  must("3.2", "request-other-app", "an app's key opens no other app", async (scene) => {
    const other = scene.special("other");
    const api = scene.apiOf({ ...scene.target.app, id: other.id });
    expectSame((await api.get("/channels")).status, 401, "the status");
  }),
  taken("590-old", "a timestamp 590 seconds ago", () => ({ signed: { auth_timestamp: now(-590) } })),
  taken("590-early", "a timestamp 590 seconds ahead", () => ({ signed: { auth_timestamp: now(590) } })),
  taken("any-order", "a query in another order", () => ({
    writeQuery: (parameters) =>
      [...parameters]
        .reverse()
        .map(([name, value]) => `${name}=${value}`)
        .join("&"),
  })),
  taken("upper-case", "names of parameters in capitals, signed in small letters,", () => ({
    writeQuery: (parameters) =>
      [...parameters].map(([name, value]) => `${name.toUpperCase()}=${value}`).join("&"),
  })),
  taken("escaped", "a query escaped more than needed, signed as it reads unescaped,", () => ({
    writeQuery: (parameters) =>
      [...parameters]
        .map(([name, value]) => `${name}=${value.replaceAll(".", "%2E").replaceAll("-", "%2D")}`)
        .join("&"),
  })),
  must("3.2", "request-unicode", "body_md5 is of the bytes: a body outside ASCII is taken", async (scene) => {
    const channel = scene.name();
    const client = await scene.joined(channel);
    await scene.api.publish(channel, "grüße", "日本語 🦊");
    expectSame((await client.next("grüße", channel)).data, "日本語 🦊", "data");
  }),
  must("3.2", "request-get-values", "values with = , @ ; and a space are signed unescaped", async (scene) => {
    const { status } = await scene.api.get("/channels", { filter_by_prefix: "a=b,c@d;e f" });
    expectSame(status, 200, "the status");
  }),
];
