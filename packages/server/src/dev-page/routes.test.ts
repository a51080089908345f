import { describe, expect, test } from "bun:test";
import { Hmac } from "../secrets/hmac.ts";
import { authorizeForm } from "./authorize-form.ts";
import { devRoutes } from "./routes.ts";

const settings = {
  app: { id: "1000", key: "app-key", secret: "app-secret" },
  apiKey: "api-key",
  hmacSecret: "secret",
  now: () => 1_700_000_000_000,
};

async function call(target: string, init: RequestInit = {}, host = "localhost:8000"): Promise<Response> {
  const [path = "", query = ""] = target.split("?");
  const route = devRoutes(settings).find((one) => one.path === path);
  if (route === undefined) throw new Error(`no route ${path}`);
  const request = new Request(`http://localhost:8000${target}`, {
    ...init,
    headers: { ...(init.headers as Record<string, string> | undefined), host },
  });
  return route.handle({ request, path, query });
}

function claims(token: string): unknown {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}

describe("a Pusher signature", () => {
  // The vectors of pusher-protocol 2.6.
  const keys = { key: "key", secret: "7ad3773142a6692b25b8" };
  const secret = new Hmac(keys.secret);
  const sign = (form: Record<string, string>) => authorizeForm(new URLSearchParams(form), keys);

  test("of a private channel covers socket and channel", () => {
    expect(sign({ socket_id: "1234.1234", channel_name: "private-foobar" })).toEqual({
      auth: "key:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4",
    });
  });

  test("of a presence channel covers the member as it is sent", () => {
    const form = {
      socket_id: "1234.1234",
      channel_name: "presence-foobar",
      user_id: "10",
      user_info: '{"name":"Mr. Channels"}',
    };
    const data = '{"user_id":"10","user_info":{"name":"Mr. Channels"}}';
    expect(sign(form)).toEqual({
      auth: `key:${secret.hex(`1234.1234:presence-foobar:${data}`)}`,
      channel_data: data,
    });
  });

  test.each([
    ["no socket id", { channel_name: "private-a" }],
    ["a socket id with more in it", { socket_id: "1.2:private-b", channel_name: "private-a" }],
    ["an open channel", { socket_id: "1.2", channel_name: "news" }],
    ["a channel that would read as a user's sign-in", { socket_id: "1.2", channel_name: ":user::{}" }],
    ["an encrypted channel", { socket_id: "1.2", channel_name: "private-encrypted-a" }],
    ["a presence channel without a user", { socket_id: "1.2", channel_name: "presence-a" }],
  ])("is refused for %s", (_, form) => {
    expect(sign(form)).toBeString();
  });
});

describe("the dev routes", () => {
  test("sign a form over HTTP, and refuse with 403 and the reason", async () => {
    const body = new URLSearchParams({ socket_id: "1.2", channel_name: "private-a" });
    const signed = await call("/dev/pusher/auth", { method: "POST", body });
    expect(await signed.json()).toEqual({ auth: `app-key:${new Hmac("app-secret").hex("1.2:private-a")}` });
    const refused = await call("/dev/pusher/auth", { method: "POST", body: "channel_name=private-a" });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toEqual({ error: "socket_id is missing, or is not digits.digits" });
  });

  test("give tokens for an hour, signed with the HMAC key", async () => {
    const answer = (await (await call("/dev/centrifugo/token?user=teal&name=Teal")).json()) as {
      token: string;
    };
    const [head, body, signature] = answer.token.split(".");
    expect(signature).toBe(new Hmac("secret").base64url(`${head}.${body}`));
    const info = { name: "Teal", wire: "centrifugo" };
    expect(claims(answer.token)).toEqual({ sub: "teal", info, iat: 1_700_000_000, exp: 1_700_003_600 });
  });

  test("give a subscription token for one channel", async () => {
    const target = "/dev/centrifugo/subscription-token?user=a%20b&channel=presence-lobby";
    const answer = (await (await call(target)).json()) as { token: string };
    const info = { name: "a b", wire: "centrifugo" };
    expect(claims(answer.token)).toEqual({
      sub: "a b",
      channel: "presence-lobby",
      info,
      iat: 1_700_000_000,
      exp: 1_700_003_600,
    });
    expect((await call("/dev/centrifugo/subscription-token?user=a")).status).toBe(400);
  });

  test.each([
    ["localhost:8000", 200],
    ["127.0.0.1:8000", 200],
    ["[::1]:8000", 200],
    ["dev.localhost", 200],
    ["192.168.1.20:8000", 200],
    ["rebound.example:8000", 403],
    ["127.0.0.1.example", 403],
    ["", 403],
  ])("answer under the host %p with %p", async (host, status) => {
    expect((await call("/dev/setup", {}, host)).status).toBe(status);
  });

  test.each(["/dev/centrifugo/token?user=a", "/dev/centrifugo/subscription-token?user=a&channel=b"])(
    "say at %s that there is no key for tokens",
    async (target) => {
      const [path = "", query = ""] = target.split("?");
      const route = devRoutes({ ...settings, hmacSecret: "" }).find((one) => one.path === path);
      const request = new Request(`http://localhost${target}`, { headers: { host: "localhost" } });
      const answer = await route?.handle({ request, path, query });
      expect(answer?.status).toBe(403);
      expect(await answer?.text()).toContain("client.token.hmac_secret_key");
    },
  );

  test("say how to ask", async () => {
    const wrong = await call("/dev/setup", { method: "DELETE" });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET"]);
  });
});
