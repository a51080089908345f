import { describe, expect, test } from "bun:test";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { goRegex } from "./go-regex.ts";
import { loadConfig } from "./load-config.ts";

function faults(client: object, more: object = {}): string[] {
  const content = JSON.stringify({ client, ...more });
  const result = loadConfig({ text: { name: "config.json", content }, env: {} });
  return result.ok ? [] : result.faults.map((fault) => `${fault.path}: ${fault.message}`);
}

function publicPem(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const shortRsa = generateKeyPairSync("rsa", { modulusLength: 1024 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const otherCurve = generateKeyPairSync("ec", { namedCurve: "P-224" });
const ed = generateKeyPairSync("ed25519");
const privatePem = rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

describe("keys of tokens", () => {
  test("of every kind are taken, side by side", () => {
    const token = {
      hmac_secret_key: "s",
      rsa_public_key: publicPem(rsa.publicKey),
      ecdsa_public_key: publicPem(ec.publicKey),
    };
    expect(faults({ token, subscription_token: { enabled: true, ...token } })).toEqual([]);
    const pkcs1 = rsa.publicKey.export({ type: "pkcs1", format: "pem" }).toString();
    expect(faults({ token: { rsa_public_key: pkcs1 } })).toEqual([]);
  });

  test.each<[string, object, string, string]>([
    ["a public key as secret", { hmac_secret_key: publicPem(rsa.publicKey) }, "hmac_secret_key", "PEM"],
    ["the same as previous", { hmac_previous_secret_key: privatePem }, "hmac_previous_secret_key", "PEM"],
    ["a private key", { rsa_public_key: privatePem }, "rsa_public_key", "private"],
    ["text", { rsa_public_key: "hello" }, "rsa_public_key", "no public key"],
    [
      "a broken key",
      { rsa_public_key: publicPem(rsa.publicKey).slice(0, 200) },
      "rsa_public_key",
      "no public key",
    ],
    ["a short key", { rsa_public_key: publicPem(shortRsa.publicKey) }, "rsa_public_key", "1024 bits"],
    ["an ECDSA key as RSA's", { rsa_public_key: publicPem(ec.publicKey) }, "rsa_public_key", "not RSA"],
    [
      "an RSA key as ECDSA's",
      { ecdsa_public_key: publicPem(rsa.publicKey) },
      "ecdsa_public_key",
      "not ECDSA",
    ],
    ["an Ed25519 key", { ecdsa_public_key: publicPem(ed.publicKey) }, "ecdsa_public_key", "not ECDSA"],
    ["another curve", { ecdsa_public_key: publicPem(otherCurve.publicKey) }, "ecdsa_public_key", "curve"],
    ["no URL", { jwks_public_endpoint: "keys" }, "jwks_public_endpoint", "URL"],
    ["a file", { jwks_public_endpoint: "file:///etc/passwd" }, "jwks_public_endpoint", "http"],
    ["a password", { jwks_public_endpoint: "https://a:b@c/" }, "jwks_public_endpoint", "password"],
    ["an open brace", { jwks_public_endpoint: "https://a/{{x" }, "jwks_public_endpoint", "URL"],
    ["an unknown group", { jwks_public_endpoint: "https://a/{{x}}" }, "jwks_public_endpoint", "{{x}}"],
    ["no pattern", { issuer_regex: "(" }, "issuer_regex", "regular expression"],
    ["two issuers", { issuer: "a", issuer_regex: "a" }, "issuer_regex", "one of two"],
    ["two audiences", { audience: "a", audience_regex: "a" }, "audience_regex", "one of two"],
  ])("%s stops the start by name", (_, token, option, words) => {
    for (const [section, more] of [
      ["token", {}],
      ["subscription_token", { enabled: true }],
    ] as const) {
      const [first = "", ...others] = faults({ [section]: { ...token, ...more } });
      expect(others).toEqual([]);
      expect(first).toStartWith(`client.${section}.${option}: `);
      expect(first).toContain(words);
      expect(first).not.toContain("MII");
    }
    expect(faults({ subscription_token: token })).toEqual([]);
  });

  test("of a further app are looked at", () => {
    const apps = ["1", "2"].map((id) => ({ id, key: `k${id}`, secret: "s" }));
    const second = { ...apps[1], client: { token: { rsa_public_key: "x" } } };
    expect(faults({}, { apps: [apps[0], second] }).join()).toStartWith(
      "apps[1].client.token.rsa_public_key: ",
    );
  });
});

describe("groups that go into jwks_public_endpoint", () => {
  const of = (pattern: string, more: object = {}): string[] =>
    faults({ token: { jwks_public_endpoint: "https://a/{{t}}/jwks", issuer_regex: pattern, ...more } });

  test.each([
    "^https://(?P<t>one|two)\\.example$",
    "^(?<t>one|two)$",
    "(?i)^.+/(?P<t>a|(?:b|c)d|e\\.f)$",
    "^(?P<t>one)$|^(?P<other>.*)$",
  ])("%s is a list", (pattern) => {
    expect(of(pattern)).toEqual([]);
  });

  test.each([
    "(?P<t>.+)",
    "^(?P<t>one|.*)$",
    "^(?P<t>\\w+)$",
    "^(?P<t>[a-z])$",
    "^(?P<t>ones?)$",
    "^(?P<t>one){2}$",
    "^(a+)+(?P<t>one)$",
    "^(?P<t>(one)*)$",
    "^(?P<t>one$|^two)$",
    "^\\d(?P<t>one)$",
  ])("%s takes more than a list, or too long", (pattern) => {
    expect(of(pattern).join()).toStartWith("client.token.issuer_regex: ");
    expect(of(pattern, { insecure_skip_jwks_endpoint_safety_check: true })).toEqual([]);
  });
});

test("patterns are Go's", () => {
  expect(goRegex("^(?P<a>x)$").exec("x")?.groups).toEqual({ a: "x" } as never);
  expect(goRegex("(?i)^ABC\\z").test("abc")).toBe(true);
  expect(goRegex("\\Aa\\z").test("a\n")).toBe(false);
  expect(goRegex("\\\\A").test("\\A")).toBe(true);
  expect(goRegex("\\(?P<a>").test("P<a>")).toBe(true);
  expect(() => goRegex("(")).toThrow(SyntaxError);
});

test("options of connections that contradict each other stop the start", () => {
  const personal = { enabled: true, single_connection: true };
  const option = "client.subscribe_to_user_personal_channel";
  expect(faults({ subscribe_to_user_personal_channel: personal }).join()).toStartWith(
    `${option}.single_connection: `,
  );
  expect(
    faults(
      { subscribe_to_user_personal_channel: { ...personal, personal_channel_namespace: "own" } },
      { channel: { namespaces: [{ name: "own", presence: true }] } },
    ),
  ).toEqual([]);
  expect(faults({ user_id_http_header: "X User" }).join()).toStartWith("client.user_id_http_header: ");
  expect(faults({ user_id_http_header: "X-User", connection_rate_limit: 5, concurrency: 1 })).toEqual([]);
});
