import { describe, expect, test } from "bun:test";
import { readQuery } from "./signed-query.ts";

const auth = "auth_key=k&auth_timestamp=1353088179&auth_version=1.0&body_md5=m";

describe("the query that was signed", () => {
  const rows: [query: string, text: string, title: string][] = [
    [`${auth}&auth_signature=s`, auth, "as libraries send it"],
    [`auth_signature=s&${auth}`, auth, "with the signature first"],
    [auth.replace("&body", "&auth_signature=s&body"), auth, "with the signature in the middle"],
    [
      "body_md5=m&auth_version=1.0&auth_timestamp=1353088179&auth_key=k&auth_signature=s",
      auth,
      "in another order",
    ],
    [`AUTH_KEY=k&${auth.slice(11)}&Auth_Signature=s`, auth, "with names in upper case"],
    [`${auth}&info=a%2Cb&auth_signature=s`, `${auth}&info=a,b`, "with an escaped value"],
    [`${auth}&info=a+b&auth_signature=s`, `${auth}&info=a b`, "with a space"],
    [`${auth}&auth_signature=s&info=x`, `${auth}&info=x`, "with a parameter behind the signature"],
    [`${auth}&info=&auth_signature=s`, `${auth}&info=`, "with an empty value"],
    [`${auth}&info=a=b&auth_signature=s`, `${auth}&info=a=b`, "with an equals sign in a value"],
    [`${auth}&x=1&x=2&auth_signature=s`, `${auth}&x=1,2`, "with a parameter twice"],
    [`${auth}&info&auth_signature=s`, `${auth}&info=`, "with a parameter without a value"],
  ];
  test.each(rows)("%s is %s: %s", (query, text) => {
    const read = readQuery(query);
    expect(read.texts[0]).toBe(text);
    expect(read).toMatchObject({
      key: "k",
      timestamp: "1353088179",
      version: "1.0",
      bodyMd5: "m",
      signature: "s",
    });
  });

  test("may have a list in three forms", () => {
    const { texts, parameters } = readQuery("channels[]=b&channels%5B%5D=a&auth_key=k&auth_signature=s");
    expect(texts).toEqual([
      "auth_key=k&channels[]=b,a",
      "auth_key=k&channels=b,a",
      "auth_key=k&channels[]=b&channels[]=a",
    ]);
    expect([...parameters]).toEqual([["channels[]", "b,a"]]);
  });

  test.each(["", "&", "=", "auth_key", "%", "auth_signature=%E0%A4%A&auth_signature=x", "__proto__=1"])(
    "of %p is read without a fault",
    (query) => {
      expect(readQuery(query).key).toBe("");
    },
  );

  test("is the same by the short way and by the long one", () => {
    const names = ["auth_key", "auth_timestamp", "auth_version", "body_md5", "filter_by_prefix", "info"];
    for (let set = 0; set < 64; set += 1) {
      const parts = names.filter((_, i) => (set >> i) % 2 === 1).map((name) => `${name}=v-${name}`);
      const query = [...parts, "auth_signature=s"].join("&");
      // An escape that changes nothing takes the long way.
      expect(readQuery(query)).toEqual(readQuery(query.replace("auth_signature=s", "auth_signature=%73")));
    }
  });
});
