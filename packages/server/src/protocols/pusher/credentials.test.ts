import { describe, expect, test } from "bun:test";
import { channelText, Credentials, userText } from "./credentials.ts";

/** Protocol notes, 2.6. */
const key = "278d425bdf160c739803";
const credentials = new Credentials({
  key,
  secret: "7ad3773142a6692b25b8",
  previous: [{ key: "old", secret: "old-secret" }],
});
const socketId = "1234.1234";
const member = '{"user_id":10,"user_info":{"name":"Mr. Channels"}}';

describe("signatures", () => {
  const rows: [text: string, signature: string][] = [
    [
      channelText(socketId, "private-foobar"),
      "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4",
    ],
    [
      channelText(socketId, "presence-foobar", member),
      "31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80",
    ],
    [
      userText(socketId, '{"id":"12345"}'),
      "4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba",
    ],
  ];
  test.each(rows)("of %s", (text, signature) => {
    expect(credentials.authorizes(`${key}:${signature}`, text)).toBe(true);
    expect(credentials.authorizes(`${key}:${signature.toUpperCase()}`, text)).toBe(false);
    expect(credentials.authorizes(`other:${signature}`, text)).toBe(false);
    expect(credentials.authorizes(`old:${signature}`, text)).toBe(false);
    expect(credentials.authorizes(`:${signature}`, text)).toBe(false);
    expect(credentials.authorizes(signature, text)).toBe(false);
    expect(credentials.authorizes(`${key}:`, text)).toBe(false);
    expect(credentials.authorizes("", text)).toBe(false);
    expect(credentials.authorizes(`${key}:${signature}`, `${text} `)).toBe(false);
  });

  test("of a key that is on its way out", () => {
    const signature = new Bun.CryptoHasher("sha256", "old-secret").update("1.1:private-a").digest("hex");
    expect(credentials.authorizes(`old:${signature}`, "1.1:private-a")).toBe(true);
  });

  test("of a key whose secret alone is exchanged, by either of its secrets", () => {
    const rotating = new Credentials({
      key,
      secret: "new-secret",
      previous: [
        { key, secret: "old-secret" },
        { key: "old", secret: "other-secret" },
      ],
    });
    const signed = (secret: string): string =>
      `${key}:${new Bun.CryptoHasher("sha256", secret).update("1.1:private-a").digest("hex")}`;
    expect(rotating.authorizes(signed("new-secret"), "1.1:private-a")).toBe(true);
    expect(rotating.authorizes(signed("old-secret"), "1.1:private-a")).toBe(true);
    expect(rotating.authorizes(signed("other-secret"), "1.1:private-a")).toBe(false);
    expect([...rotating.keys()]).toEqual([key, "old"]);
  });
});
