import { describe, expect, test } from "bun:test";
import { ManualClock } from "../../../core/testing/manual-clock.ts";
import type { DocumentFault } from "../../../secrets/key-document.ts";
import type { TokenSettings } from "../settings.ts";
import { signToken, testTokens } from "../test-server.test.ts";
import { KeyPair } from "./key-pairs.test.ts";
import { TokenVerifier } from "./token-verifier.ts";

const [old, young] = [KeyPair.rsa(), KeyPair.rsa()];
const good = { sub: "42" };

/** A key server in the test's hand: requests wait until they are answered. */
class World {
  readonly clock = new ManualClock();
  readonly asked: string[] = [];
  readonly told: string[] = [];
  /** What every request is answered with; undefined = it waits for `answer`. */
  document: object | string | undefined = undefined;
  fault: DocumentFault | undefined = undefined;
  private readonly waiting: ((answer: { text: string } | { fault: DocumentFault }) => void)[] = [];
  readonly verifier: TokenVerifier;

  constructor(settings: Partial<TokenSettings> = {}) {
    const source = {
      clock: this.clock,
      notice: (message: string) => {
        this.told.push(message);
      },
      fetch: (url: string) => {
        this.asked.push(url);
        return new Promise<{ text: string } | { fault: DocumentFault }>((resolve) => {
          this.waiting.push(resolve);
          this.answer();
        });
      },
    };
    this.verifier = new TokenVerifier(
      { ...testTokens, jwksEndpoint: "https://keys.example/jwks", ...settings },
      { clock: this.clock, skipSignature: false, source },
    );
  }

  /** Answers what waits, if there is an answer. */
  answer(): void {
    const { document, fault } = this;
    if (document === undefined && fault === undefined) return;
    for (const done of this.waiting.splice(0))
      done(
        fault === undefined
          ? { text: typeof document === "string" ? document : JSON.stringify(document) }
          : { fault },
      );
  }

  /** Who the token is, or what is wrong with it. */
  async read(token: string): Promise<string> {
    const read = await this.verifier.verify(token);
    return "kind" in read ? read.kind : read.user;
  }
}

function keys(...jwks: readonly object[]): object {
  return { keys: jwks };
}

const oldToken = old.token(good, "RS256", { kid: "old" });
const youngToken = young.token(good, "RS256", { kid: "young" });

describe("keys at an address", () => {
  test("are fetched once for all who wait, and kept for an hour", async () => {
    const world = new World();
    const waiting = Array.from({ length: 10 }, () => world.read(oldToken));
    await Promise.resolve();
    expect(world.asked).toEqual(["https://keys.example/jwks"]);
    world.document = keys(old.jwk("old"));
    world.answer();
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => "42"));
    world.clock.advance(3_599_000);
    expect(await world.read(oldToken)).toBe("42");
    expect(world.asked).toHaveLength(1);
    world.clock.advance(2_000);
    expect(await world.read(oldToken)).toBe("42");
    expect(world.asked).toHaveLength(2);
  });

  test("that have been taken out are good for nothing after the next answer", async () => {
    const world = new World();
    world.document = keys(old.jwk("old"));
    expect(await world.read(oldToken)).toBe("42");
    world.document = keys(young.jwk("young"));
    world.clock.advance(2_000);
    expect(await world.read(youngToken)).toBe("42");
    world.clock.advance(2_000);
    expect(await world.read(oldToken)).toBe("invalid");
  });

  test("that are not there are asked for once in two seconds; who asks in between waits for that", async () => {
    const world = new World();
    world.document = keys(old.jwk("old"));
    expect(await world.read(youngToken)).toBe("invalid");
    const waiting = Array.from({ length: 20 }, (_, i) =>
      world.read(young.token(good, "RS256", { kid: i === 0 ? "young" : `none-${i}` })),
    );
    await Promise.resolve();
    expect(world.asked).toHaveLength(1);
    // Whose key is known does not wait.
    expect(await world.read(oldToken)).toBe("42");
    world.document = keys(old.jwk("old"), young.jwk("young"));
    world.clock.advance(2_000);
    expect(await Promise.all(waiting)).toEqual(["42", ...Array.from({ length: 19 }, () => "invalid")]);
    expect(world.asked).toHaveLength(2);
  });

  test.each<[string, Partial<Pick<World, "document" | "fault">>]>([
    ["a server that does not answer", { fault: "timeout" }],
    ["a server that is not there", { fault: "no-answer" }],
    ["a status that is not 200", { fault: "status" }],
    ["a document that is too long", { fault: "too-long" }],
    ["text", { document: "hello" }],
    ["HTML", { document: "<html>" }],
    ["an empty document", { document: "" }],
    ["a list", { document: [] }],
    ["keys that are no list", { document: { keys: {} } }],
    ["no keys", { document: { keys: [] } }],
    ["keys that are none", { document: { keys: [1, null, "x", [], { kty: "RSA", kid: "old" }] } }],
    ["a symmetric key", { document: keys({ kty: "oct", k: "c2VjcmV0", kid: "old" }) }],
    ["a key for encryption", { document: keys(old.jwk("old", { use: "enc" })) }],
    ["a key for other operations", { document: keys(old.jwk("old", { key_ops: ["encrypt"] })) }],
    ["a key without an id", { document: keys({ ...old.jwk("old"), kid: undefined }) }],
    ["a key that is too short", { document: keys(KeyPair.rsa(1024).jwk("old")) }],
    ["a private key", { document: keys(old.privateKey.export({ format: "jwk" })) }],
  ])("%s: nobody knows, and it is told once", async (_, answer) => {
    const world = new World();
    Object.assign(world, answer);
    expect(await world.read(oldToken)).toBe("unavailable");
    // At once: nobody waits for what has just failed.
    expect(await world.read(oldToken)).toBe("unavailable");
    expect(world.asked).toHaveLength(1);
    world.clock.advance(2_000);
    expect(await world.read(oldToken)).toBe("unavailable");
    expect(world.asked).toHaveLength(2);
    expect(world.told).toHaveLength(1);
    world.fault = undefined;
    world.document = keys(old.jwk("old"));
    world.clock.advance(2_000);
    expect(await world.read(oldToken)).toBe("42");
    expect(world.told).toHaveLength(2);
  });

  test("a server that fails later leaves the known keys good until their hour is over", async () => {
    const world = new World();
    world.document = keys(old.jwk("old"));
    expect(await world.read(oldToken)).toBe("42");
    world.fault = "timeout";
    world.clock.advance(2_000);
    expect(await world.read(youngToken)).toBe("unavailable");
    expect(await world.read(oldToken)).toBe("42");
    world.clock.advance(3_600_000);
    expect(await world.read(oldToken)).toBe("unavailable");
  });

  test("may be of every kind, and are good for their own algorithm alone", async () => {
    const [p256, p384, p521, ed] = [
      KeyPair.ec("P-256"),
      KeyPair.ec("P-384"),
      KeyPair.ec("P-521"),
      KeyPair.ed(),
    ];
    const world = new World();
    world.document = keys(
      old.jwk("any"),
      young.jwk("pinned", { alg: "RS384" }),
      p256.jwk("p256"),
      p384.jwk("p384", { use: undefined }),
      p521.jwk("p521", { alg: "ES512" }),
      ed.jwk("ed", { alg: "EdDSA" }),
    );
    for (const alg of ["RS256", "RS384", "RS512"] as const)
      expect(await world.read(old.token(good, alg, { kid: "any" }))).toBe("42");
    expect(await world.read(young.token(good, "RS384", { kid: "pinned" }))).toBe("42");
    expect(await world.read(p256.token(good, "ES256", { kid: "p256" }))).toBe("42");
    expect(await world.read(p384.token(good, "ES384", { kid: "p384" }))).toBe("42");
    expect(await world.read(p521.token(good, "ES512", { kid: "p521" }))).toBe("42");
    expect(await world.read(ed.token(good, "EdDSA", { kid: "ed" }))).toBe("42");
    const wrong = [
      young.token(good, "RS256", { kid: "pinned" }),
      old.token(good, "RS256", { kid: "p256" }),
      p256.token(good, "ES256", { kid: "any" }),
      ed.token(good, "EdDSA", { kid: "p256" }),
    ];
    const answers = wrong.map((token) => world.read(token));
    await Promise.resolve();
    world.clock.advance(2_000);
    expect(await Promise.all(answers)).toEqual(wrong.map(() => "invalid"));
  });

  test("are the only ones that are good", async () => {
    const world = new World({ rsaPublicKey: young.publicPem });
    world.document = keys(old.jwk("old"));
    expect(await world.read(signToken(good))).toBe("invalid");
    expect(await world.read(young.token(good, "RS256"))).toBe("invalid");
    expect(await world.read(young.token(good, "RS256", { kid: "old" }))).toBe("invalid");
    expect(await world.read(old.token(good, "RS256"))).toBe("invalid");
    expect(await world.read(old.token(good, "RS256", { kid: "" }))).toBe("invalid");
    expect(await world.read(oldToken)).toBe("42");
  });

  test("the time that counts is that of the answer", async () => {
    const world = new World();
    const seconds = Math.floor(world.clock.now() / 1000);
    const waiting = world.read(old.token({ sub: "42", exp: seconds + 3 }, "RS256", { kid: "old" }));
    world.clock.advance(4_000);
    world.document = keys(old.jwk("old"));
    world.answer();
    expect(await waiting).toBe("expired");
  });
});

describe("an address that is made of the token", () => {
  const settings: Partial<TokenSettings> = {
    jwksEndpoint: "https://{{host}}/{{tenant}}/jwks",
    issuerPattern: /^https:\/\/(?<host>one\.example|two\.example)$/,
    audiencePattern: /^(?<tenant>a|b|\.\.|)$/,
  };
  const claims = { sub: "42", iss: "https://one.example", aud: ["x", "a"] };
  const signed = (more: object, pair = old): string =>
    pair.token({ ...claims, ...more }, "RS256", { kid: "k" });

  test("has keys of its own, of the same name too", async () => {
    const world = new World(settings);
    world.document = keys(old.jwk("k"));
    expect(await world.read(signed({}))).toBe("42");
    world.document = keys(young.jwk("k"));
    // Signed by the one issuer, for the other.
    expect(await world.read(signed({ iss: "https://two.example" }))).toBe("invalid");
    expect(await world.read(signed({ iss: "https://two.example" }, young))).toBe("42");
    expect(await world.read(signed({ aud: "b" }, young))).toBe("42");
    expect(world.asked).toEqual([
      "https://one.example/a/jwks",
      "https://two.example/a/jwks",
      "https://one.example/b/jwks",
    ]);
  });

  test("is not made of claims that do not fit, that climb, or that are missing", async () => {
    const world = new World(settings);
    world.document = keys(old.jwk("k"));
    for (const more of [
      { iss: "https://evil.example" },
      { iss: undefined },
      { aud: undefined },
      { aud: ".." },
      { aud: "" },
      { aud: 7 },
    ])
      expect(await world.read(signed(more))).toBe("invalid");
    expect(await world.read(old.token("nonsense", "RS256", { kid: "k" }))).toBe("invalid");
    expect(world.asked).toEqual([]);
  });

  test("is one of a hundred that are kept, where tokens may name any", async () => {
    const world = new World({
      jwksEndpoint: "https://keys.example/{{tenant}}",
      issuerPattern: /^(?<tenant>.+)$/,
    });
    // None is answered: a hundred wait, and no more are asked.
    const waiting = Array.from({ length: 150 }, (_, i) => world.read(signed({ iss: `t${i}` })));
    const late = await Promise.all(waiting.slice(100));
    expect(late).toEqual(late.map(() => "unavailable"));
    expect(world.asked).toHaveLength(100);
    world.document = keys(old.jwk("k"));
    world.answer();
    expect(await Promise.all(waiting.slice(0, 100))).toEqual(waiting.slice(0, 100).map(() => "42"));
    expect(await world.read(signed({ iss: "t149" }))).toBe("42");
    expect(await world.read(signed({ iss: "t1" }))).toBe("42");
    expect(world.asked).toHaveLength(101);
    // The one unused for the longest had to go.
    expect(await world.read(signed({ iss: "t0" }))).toBe("42");
    expect(world.asked).toHaveLength(102);
  });
});
