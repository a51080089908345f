import { expect, test } from "bun:test";
import { editDistance, nearestName, pathEndingIn } from "./nearest-name.ts";

test("the distance counts inserted, deleted and replaced characters", () => {
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance("", "abc")).toBe(3);
  expect(editDistance("same", "same")).toBe(0);
});

test("the nearest name is found, and none where all are far", () => {
  expect(nearestName("presense", ["presence", "join_leave"])).toBe("presence");
  expect(nearestName("zzzzzzzz", ["presence", "join_leave"])).toBeUndefined();
});

test("a flat name of older files finds its path", () => {
  const paths = ["client.token.hmac_secret_key", "client.subscription_token.hmac_secret_key", "http_api.key"];
  expect(pathEndingIn("token_hmac_secret_key", paths)).toBe("client.token.hmac_secret_key");
  expect(pathEndingIn("api_key", paths)).toBe("http_api.key");
});
