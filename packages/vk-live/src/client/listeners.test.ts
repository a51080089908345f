import { expect, test } from "bun:test";
import { Events } from "../../../server/test/events.ts";
import { Listeners } from "./listeners.ts";

type Named = { readonly news: readonly [text: string] };

function listeners() {
  const failed = new Events<readonly [string, unknown]>();
  const named = new Listeners<Named>((event, cause) => {
    failed.push([event, cause]);
  });
  return { failed, named };
}

test("a handler that is taken away while another is called is not called any more", () => {
  const { named } = listeners();
  const heard: string[] = [];
  named.on("news", () => {
    heard.push("first");
    away();
  });
  const away = named.on("news", () => heard.push("second"));
  named.on("news", () => {
    heard.push("third");
    named.clear();
  });
  named.on("news", () => heard.push("fourth"));
  named.emit("news", "once");
  named.emit("news", "twice");
  expect(heard).toEqual(["first", "third"]);
});

test("a handler that comes while others are called hears the next event first", () => {
  const { named } = listeners();
  const heard: string[] = [];
  const away = named.on("news", () => {
    named.on("news", (text) => heard.push(text));
    away();
  });
  named.emit("news", "now");
  named.emit("news", "next");
  expect(heard).toEqual(["next"]);
});

test("a rejection of an asynchronous handler is reported as if it had thrown", async () => {
  const { failed, named } = listeners();
  const cause = new Error("late");
  named.on("news", () => Promise.reject(cause));
  named.emit("news", "now");
  expect(await failed.next()).toEqual(["news", cause]);
});
