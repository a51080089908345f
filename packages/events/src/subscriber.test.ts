import { describe, expect, test } from "bun:test";
import { z } from "zod";

import { libraries } from "../test/catalogues.ts";
import { defineEvents, type Catalogue, type Schemas } from "./catalogue.ts";
import type { Incoming, Source } from "./source.ts";
import { createSubscriber, type EventFault, type Handlers } from "./subscriber.ts";

/** A channel that says what it is told to. */
class Speaker implements Source {
  readonly channel = "lobby";
  readonly listeners = new Set<(incoming: Incoming) => void>();

  listen(hear: (incoming: Incoming) => void): () => void {
    this.listeners.add(hear);
    return () => this.listeners.delete(hear);
  }

  say(event: string, data: unknown): void {
    const wire = { event, data };
    for (const hear of this.listeners) hear({ wire, raw: wire });
  }

  sayPlain(raw: unknown): void {
    for (const hear of this.listeners) hear({ wire: undefined, raw });
  }
}

/** Subscribes, and files the faults; a handler may throw into them. */
function listening<S extends Schemas>(catalogue: Catalogue<S>, handlers: Omit<Handlers<S>, "error">) {
  const speaker = new Speaker();
  const faults: EventFault[] = [];
  const subscription = createSubscriber(catalogue, speaker, {
    ...handlers,
    error: (fault) => faults.push(fault),
  });
  return { speaker, faults, subscription };
}

describe.each(libraries)("a catalogue declared with %s", (_, catalogue) => {
  test("an event reaches the handler of its type, then any, with channel and raw", () => {
    const heard: unknown[] = [];
    const { speaker, faults } = listening(catalogue, {
      on: { "camera.moved": (data, event) => heard.push(["on", data.camera.id, event]) },
      any: (event) => heard.push(["any", event]),
    });
    const data = { camera: { id: 7 } };
    speaker.say("camera.moved", data);
    speaker.say("title", "news");
    const event = { type: "camera.moved", data, channel: "lobby", raw: { event: "camera.moved", data } };
    const title = { type: "title", data: "news", channel: "lobby", raw: { event: "title", data: "news" } };
    expect(heard).toEqual([
      ["on", 7, event],
      ["any", event],
      ["any", title],
    ]);
    expect(faults).toEqual([]);
  });

  test("a wrong payload goes to the error handler, with the path; the next events go on", () => {
    const heard: unknown[] = [];
    const { speaker, faults } = listening(catalogue, {
      on: { "camera.moved": ({ camera }) => heard.push(camera.id) },
      any: ({ type }) => heard.push(type),
    });
    const data = { camera: { id: "7" } };
    speaker.say("camera.moved", data);
    speaker.say("camera.moved", { camera: { id: 8 } });
    expect(heard).toEqual([8, "camera.moved"]);
    const raw = { event: "camera.moved", data };
    expect(faults).toMatchObject([
      { kind: "invalid", type: "camera.moved", issues: [{ path: "camera.id" }], channel: "lobby", raw },
    ]);
  });

  test("a wrong payload of a type without a handler is told too", () => {
    const { speaker, faults } = listening(catalogue, {});
    speaker.say("title", 1);
    expect(faults).toMatchObject([{ kind: "invalid", type: "title", issues: [{ path: "" }] }]);
  });
});

const events = defineEvents({ title: z.string(), count: z.number() });

test.each(["unheard", "constructor", "__proto__", "toString", "hasOwnProperty", "unknown", ""])(
  "the type %p, which the catalogue does not declare, goes to unknown and any",
  (name) => {
    const heard: unknown[] = [];
    const { speaker, faults } = listening(events, {
      unknown: (event) => heard.push(event),
      any: (event) => heard.push(event),
    });
    speaker.say(name, { x: 1 });
    const event = {
      type: "unknown",
      name,
      data: { x: 1 },
      channel: "lobby",
      raw: { event: name, data: { x: 1 } },
    };
    expect(heard as unknown).toEqual([event, event]);
    expect(faults).toEqual([]);
  },
);

test("a publication that is no event goes to unknown without a name, as a whole", () => {
  const heard: unknown[] = [];
  const { speaker } = listening(events, { unknown: (event) => heard.push(event) });
  speaker.sayPlain([1, 2]);
  expect(heard).toEqual([{ type: "unknown", name: undefined, data: [1, 2], channel: "lobby", raw: [1, 2] }]);
});

test("an unknown event that nobody asks for is no fault", () => {
  const { speaker, faults } = listening(events, {});
  speaker.say("unheard", 1);
  expect(faults).toEqual([]);
});

test("a handler that throws stops nobody else", () => {
  const cause = new Error("broken");
  const heard: unknown[] = [];
  const { speaker, faults } = listening(events, {
    on: {
      title: () => {
        throw cause;
      },
      count: (count) => heard.push(count),
    },
    any: ({ type }) => heard.push(type),
    unknown: () => {
      throw cause;
    },
  });
  speaker.say("title", "a");
  speaker.say("count", 1);
  speaker.say("unheard", 1);
  expect(heard).toEqual(["title", 1, "count", "unknown"]);
  expect(faults).toEqual([
    { kind: "handler", type: "title", cause, channel: "lobby", raw: { event: "title", data: "a" } },
    { kind: "handler", type: "unknown", cause, channel: "lobby", raw: { event: "unheard", data: 1 } },
  ]);
});

test("a rejection of an asynchronous handler goes to the error handler", async () => {
  const cause = new Error("broken");
  const { promise, resolve } = Promise.withResolvers<EventFault>();
  const speaker = new Speaker();
  createSubscriber(events, speaker, { on: { title: async () => Promise.reject(cause) }, error: resolve });
  speaker.say("title", "a");
  expect(await promise).toMatchObject({ kind: "handler", type: "title", cause });
});

test("after stop no handler is called, and the source is left", () => {
  const heard: unknown[] = [];
  const { speaker, faults, subscription } = listening(events, {
    any: (event) => heard.push(event),
    unknown: (event) => heard.push(event),
  });
  const [kept] = speaker.listeners;
  subscription.stop();
  subscription.stop();
  expect(speaker.listeners.size).toBe(0);
  // A source that had more in hand.
  for (const data of ["a", 1]) kept?.({ wire: { event: "title", data }, raw: data });
  expect([heard, faults]).toEqual([[], []]);
});

test("a handler that stops the subscription is the last to be called", () => {
  const heard: unknown[] = [];
  const { speaker, subscription } = listening(events, {
    on: {
      title: (title) => {
        heard.push(title);
        subscription.stop();
      },
    },
    any: (event) => heard.push(event),
  });
  speaker.say("title", "a");
  speaker.say("title", "b");
  expect(heard).toEqual(["a"]);
});

test("a schema or an envelope that throws is told, and the next events go on", () => {
  const cause = new Error("broken");
  const broken = z.string().transform(() => {
    throw cause;
  });
  const schemas = defineEvents({
    broken,
    later: z.string().refine(async () => Promise.resolve(true)),
    title: z.string(),
  });
  const heard: unknown[] = [];
  const { speaker, faults } = listening(schemas, { any: ({ data }) => heard.push(data) });
  speaker.say("broken", "a");
  speaker.say("later", "a");
  speaker.say("title", "b");
  expect(heard).toEqual(["b"]);
  expect(faults).toMatchObject([
    { kind: "catalogue", type: "broken", cause },
    { kind: "catalogue", type: "later", cause: new TypeError('The schema of "later" is asynchronous') },
  ]);
});

test("an envelope reads the type out of the data; what it does not take is unknown", () => {
  const inner = z.object({ type: z.string(), inner: z.unknown() });
  const enveloped = defineEvents(
    { title: z.string() },
    {
      envelope: {
        wrap: (type, data) => ({ event: "all", data: { type, inner: data } }),
        unwrap({ event, data }) {
          const read = inner.safeParse(data);
          return event === "all" && read.success
            ? { type: read.data.type, data: read.data.inner }
            : undefined;
        },
      },
    },
  );
  const heard: unknown[] = [];
  const { speaker } = listening(enveloped, {
    on: { title: (title) => heard.push(title) },
    unknown: ({ name, data }) => heard.push([name, data]),
  });
  speaker.say("all", { type: "title", inner: "a" });
  speaker.say("all", { type: "unheard", inner: "b" });
  speaker.say("other", 1);
  expect(heard).toEqual(["a", ["unheard", "b"], ["other", 1]]);
});

test("a declared type may have a name that every object inherits", () => {
  const schemas = { constructor: z.number(), ["__proto__"]: z.number(), valueOf: z.number() };
  const heard: unknown[] = [];
  const { speaker, faults } = listening(defineEvents(schemas), {
    on: { constructor: (data) => heard.push(data) },
    any: ({ type }) => heard.push(type),
  });
  for (const type of Object.keys(schemas)) speaker.say(type, 1);
  expect(heard).toEqual([1, "constructor", "__proto__", "valueOf"]);
  expect(faults).toEqual([]);
});
