import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";

import { defineEvents } from "@twinwire/events";

/** The same events, declared with each of the libraries. */
export const catalogues = {
  zod: defineEvents({
    "camera.moved": z.object({ camera: z.object({ id: z.number() }), at: z.string().optional() }),
    "chat-message": z.object({ parts: z.array(z.object({ text: z.string() })) }),
    title: z.string(),
    cleared: z.null(),
  }),
  valibot: defineEvents({
    "camera.moved": v.object({ camera: v.object({ id: v.number() }), at: v.optional(v.string()) }),
    "chat-message": v.object({ parts: v.array(v.object({ text: v.string() })) }),
    title: v.string(),
    cleared: v.null(),
  }),
  arktype: defineEvents({
    "camera.moved": type({ camera: { id: "number" }, "at?": "string" }),
    "chat-message": type({ parts: type({ text: "string" }).array() }),
    title: type("string"),
    cleared: type("null"),
  }),
};

/** Whichever of them: they have the same types. */
export const libraries = Object.entries<typeof catalogues.zod>({
  zod: catalogues.zod,
  // Their schemas differ in everything but what they take and give.
  valibot: catalogues.valibot as unknown as typeof catalogues.zod,
  arktype: catalogues.arktype as unknown as typeof catalogues.zod,
});
