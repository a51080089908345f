import { describe, expect, test } from "bun:test";
import { signToken } from "@twinwire/backend";
import type { Authenticate } from "./identity.ts";
import { vmsBackend, type VmsBackendOptions } from "./vms-backend.ts";

const app = { key: "app-key", secret: "app-secret" };
const bearerKey = { secret: "the application's own key, 32 bytes or more" };
const socketId = "1234.5678";
const user42: Authenticate = () => ({ userId: 42, accessTokenId: "login-1" });

function backendOf(options: Partial<VmsBackendOptions> = {}) {
  return vmsBackend({ app, socket: "wss://example.org", authenticate: { jwt: bearerKey }, ...options });
}

interface Asking {
  readonly authorization?: string;
  readonly type?: string;
  readonly body?: string | ReadableStream;
}

function authRequest({ authorization, type, body = "" }: Asking): Request {
  return new Request("http://127.0.0.1/api/v1/broadcasting/auth", {
    method: "POST",
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      "content-type": type ?? "application/x-www-form-urlencoded",
    },
    body,
  });
}

function form(channel: string, socket = socketId): string {
  return new URLSearchParams({ socket_id: socket, channel_name: channel }).toString();
}

/** The status of asking for a channel as whoever the claims say, or `authenticate`. */
async function statusFor(channel: string, claims: Record<string, unknown>, more = {}): Promise<number> {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const authorization = `Bearer ${await signToken(bearerKey, { exp, ...claims })}`;
  const answer = await backendOf(more).broadcastingAuth(authRequest({ authorization, body: form(channel) }));
  return answer.status;
}

describe("a user gets their own channels only", () => {
  const own = { sub: "42", jti: "login-1" };

  test.each([
    ["private-user.42", own],
    ["private-token.login-1", own],
    ["private-user.42", { sub: 42 }],
    ["private-token.7", { sub: 42, jti: 7 }],
  ])("%s is theirs by %j", async (channel, claims) => {
    expect(await statusFor(channel, claims)).toBe(200);
  });

  test.each([
    "private-user.43",
    "private-user.4",
    "private-user.420",
    "private-user.42.private",
    "private-user.042",
    "private-user.42 ",
    "private-user.+42",
    "private-user.42\n",
    "private-user.42,private-user.43",
    "private-User.42",
    "private-user.",
    "private-user.login-1",
    "private-token.42",
    "private-token.login-10",
    "private-token.",
    "private-token.undefined",
    "presence-user.42",
    "private-encrypted-user.42",
    "user.42",
    "#server-to-user-42",
  ])("%j is not", async (channel) => {
    expect(await statusFor(channel, own)).toBe(403);
  });

  test("a login without a token's id has no channel of its own", async () => {
    expect(await statusFor("private-token.undefined", { sub: "42" })).toBe(403);
    expect(await statusFor("private-token.", { sub: "42", jti: "" })).toBe(403);
    expect(await statusFor("private-token.login-1", { sub: "42", jti: ["login-1"] })).toBe(403);
  });

  test("other claims can be named", async () => {
    const authenticate = { jwt: bearerKey, userClaim: "uid", tokenClaim: "session" };
    const claims = { sub: "1", uid: 42, session: "s" };
    expect(await statusFor("private-user.42", claims, { authenticate })).toBe(200);
    expect(await statusFor("private-token.s", claims, { authenticate })).toBe(200);
    expect(await statusFor("private-user.1", claims, { authenticate })).toBe(403);
  });
});

describe("who is not known is refused with 401", () => {
  test.each([
    [{}],
    [{ sub: ["42"] }],
    [{ sub: { toString: "42" } }],
    [{ sub: "" }],
    [{ sub: null }],
    [{ sub: true }],
    [{ sub: 42.5 }],
    [{ sub: 1e21 }],
    [{ sub: "42", exp: 1 }],
  ])("with a token that says %j", async (claims) => {
    expect(await statusFor("private-user.42", claims)).toBe(401);
  });

  test("a claim named after what every object has is not found", async () => {
    const authenticate = { jwt: bearerKey, userClaim: "constructor" };
    expect(await statusFor("private-user.42", { sub: "42" }, { authenticate })).toBe(401);
  });

  test.each([undefined, "", "Bearer", "Bearer ", "Bearer x.y.z", "Basic NDI6", "bearer"])(
    "with the header %j",
    async (authorization) => {
      const asking = {
        body: form("private-user.42"),
        ...(authorization === undefined ? {} : { authorization }),
      };
      const answer = await backendOf().broadcastingAuth(authRequest(asking));
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      expect(await answer.json()).toEqual({ message: "Unauthenticated." });
    },
  );

  test("with another's signature, and with none", async () => {
    const forged = await signToken({ secret: "another key, also of 32 bytes and more" }, { sub: "42" });
    const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
    const unsigned = `${encoded({ alg: "none" })}.${encoded({ sub: "42" })}.`;
    for (const token of [forged, unsigned]) {
      const request = authRequest({ authorization: `Bearer ${token}`, body: form("private-user.42") });
      expect((await backendOf().broadcastingAuth(request)).status).toBe(401);
    }
  });
});

describe("what is not a request for a channel is refused", () => {
  const json = "application/json";
  test.each<[number, string, string?]>([
    [422, ""],
    [422, "socket_id=1.2"],
    [422, "channel_name=private-user.42"],
    [422, "socket_id=1.2&channel_name="],
    [422, "socket_id=1.2&socket_id=3.4&channel_name=private-user.42"],
    [422, "socket_id=1.2&channel_name=private-user.42&channel_name=private-user.43"],
    [422, form("private-user.42", "1.2:private-user.43")],
    [422, form("private-user.42", "1.2\n")],
    [422, form("private-user.42", "12")],
    [400, "", json],
    [400, "{", json],
    [400, "null", json],
    [400, '["socket_id"]', json],
    [400, form("private-user.42"), json],
    [422, "{}", json],
    [422, '{"socket_id":1.2,"channel_name":"private-user.42"}', json],
    [422, '{"socket_id":["1.2"],"channel_name":"private-user.42"}', json],
    [422, '{"socket_id":"1.2","channel_name":{"toString":"private-user.42"}}', json],
    [422, '{"__proto__":{"socket_id":"1.2","channel_name":"private-user.42"}}', json],
    [422, "a=1", "multipart/form-data; boundary=x"],
  ])("%d for %j as %p", async (status, body, type) => {
    const request = authRequest({ body, ...(type === undefined ? {} : { type }) });
    const answer = await backendOf({ authenticate: user42 }).broadcastingAuth(request);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ message: expect.any(String) as unknown });
  });

  test("a body over the limit is not read to its end", async () => {
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(1024).fill(0x61));
      },
      cancel() {
        cancelled = true;
      },
    });
    const answer = await backendOf({ authenticate: user42 }).broadcastingAuth(authRequest({ body: endless }));
    expect(answer.status).toBe(413);
    expect(cancelled).toBe(true);
  });

  test("the limit counts bytes, and can be set", async () => {
    const backend = backendOf({ authenticate: user42, bodyLimit: 60 });
    const body = form("private-user.42");
    expect((await backend.broadcastingAuth(authRequest({ body }))).status).toBe(200);
    const longer = `${body}&pad=${"é".repeat(6)}`;
    expect(longer.length).toBeLessThanOrEqual(60);
    expect((await backend.broadcastingAuth(authRequest({ body: longer }))).status).toBe(413);
  });
});

describe("what goes wrong in the application is answered with 500 that tells nothing", () => {
  test.each<[string, Partial<VmsBackendOptions>]>([
    [
      "authenticate throws",
      {
        authenticate: () => {
          throw new Error("password of the database");
        },
      },
    ],
    ["authenticate rejects", { authenticate: () => Promise.reject(new Error("password of the database")) }],
    ["authenticate gives an id that is none", { authenticate: () => ({ userId: Number.NaN }) }],
  ])("%s", async (_what, options) => {
    const causes: unknown[] = [];
    const backend = backendOf({ ...options, defect: (cause) => causes.push(cause) });
    const answer = await backend.broadcastingAuth(authRequest({ body: form("private-user.42") }));
    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe('{"message":"Server error."}');
    expect(causes).toEqual([expect.any(Error)]);
  });
});

test("keys that cannot be fetched are no reason to sign a user out", async () => {
  const nowhere = Bun.serve({ port: 0, fetch: () => new Response() });
  const jwks = `http://127.0.0.1:${nowhere.port}/keys`;
  await nowhere.stop(true);
  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const token = `${encoded({ alg: "RS256", kid: "1" })}.${encoded({ sub: "42" })}.c2lnbmF0dXJl`;
  const request = authRequest({ authorization: `Bearer ${token}`, body: form("private-user.42") });
  expect((await backendOf({ authenticate: { jwt: { jwks } } }).broadcastingAuth(request)).status).toBe(503);
});

describe("the address of the socket", () => {
  const address = async (socket: VmsBackendOptions["socket"]): Promise<unknown> => {
    const request = new Request("http://127.0.0.1/api/v1/wsurl");
    return (await backendOf({ authenticate: user42, socket }).wsurl(request)).json();
  };

  test.each([
    ["wss://example.org", { port: 443, host: "example.org", path: "", is_encrypted: "true" }],
    ["ws://example.org:8000", { port: 8000, host: "example.org", path: "", is_encrypted: "false" }],
    ["wss://example.org/pusher", { port: 443, host: "example.org", path: "/pusher", is_encrypted: "true" }],
  ])("%s is told in all six fields", async (socket, parts) => {
    expect(await address(socket)).toEqual({ ws_url: socket, app_key: "app-key", ...parts });
  });

  test("loses a slash at its end, after which Android would write another", async () => {
    expect(await address("wss://example.org/")).toMatchObject({ ws_url: "wss://example.org", path: "" });
    expect(await address("wss://example.org/a/")).toMatchObject({
      ws_url: "wss://example.org/a",
      path: "/a",
    });
  });

  test("can depend on the request", async () => {
    expect(await address(() => "wss://b.example.org")).toMatchObject({ ws_url: "wss://b.example.org" });
  });

  test.each(["", "example.org", "https://example.org", "wss://example.org?key=1", "wss://a:b@example.org"])(
    "%j is refused at the start",
    (socket) => {
      expect(() => backendOf({ socket })).toThrow(TypeError);
    },
  );
});

test.each(["/vms", "/vms/"])(
  "fetch answers by path and method, behind the base path %s too",
  async (basePath) => {
    const backend = backendOf({ authenticate: user42, basePath });
    const status = async (path: string, method = "GET"): Promise<number> =>
      (await backend.fetch(new Request(`http://127.0.0.1${path}`, { method }))).status;
    expect(await status("/vms/api/v1/wsurl")).toBe(200);
    expect(await status("/vms/api/v1/wsurl", "POST")).toBe(405);
    expect(await status("/vms/api/v1/broadcasting/auth")).toBe(405);
    expect(await status("/vms/api/v1/broadcasting/auth", "POST")).toBe(422);
    expect(await status("/api/v1/wsurl")).toBe(404);
  },
);
