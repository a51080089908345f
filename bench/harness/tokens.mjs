// Connection tokens: one for each client, so that no server gets away with remembering a single one.
import { createHmac } from "node:crypto";

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export function connectionTokens(count, key) {
  const header = encode({ alg: "HS256", typ: "JWT" });
  const exp = Math.floor(Date.now() / 1000) + 3600;
  return Array.from({ length: count }, (_, index) => {
    const signed = `${header}.${encode({ sub: `user-${index}`, exp })}`;
    return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
  });
}
