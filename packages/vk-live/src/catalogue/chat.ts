// What a chat message is made of (DevAPI, events). Names as on the wire; whatever is not known here is kept.
import * as v from "valibot";

/** Ids of messages and people. */
export const id = v.pipe(v.number(), v.safeInteger());
/** Seconds since 1970. */
export const unixSeconds = v.pipe(v.number(), v.finite());

/** An absent list, and `null`, is an empty one. */
function list<Item extends v.GenericSchema>(item: Item) {
  return v.nullish(v.array(item), []);
}

/** Somebody as events name them; `nick_color` is 0 to 15. */
export const person = v.looseObject({
  id,
  nick: v.string(),
  nick_color: v.nullish(v.number()),
});

export const badge = v.looseObject({
  id: v.union([v.string(), v.number()]),
  name: v.nullish(v.string()),
  small_url: v.nullish(v.string()),
  medium_url: v.nullish(v.string()),
  large_url: v.nullish(v.string()),
  achievement: v.nullish(v.looseObject({ name: v.nullish(v.string()), type: v.nullish(v.string()) })),
});

export const role = v.looseObject({
  id: v.union([v.string(), v.number()]),
  name: v.nullish(v.string()),
});

export const author = v.looseObject({
  ...person.entries,
  avatar_url: v.nullish(v.string()),
  is_owner: v.nullish(v.boolean(), false),
  is_moderator: v.nullish(v.boolean(), false),
  badges: list(badge),
  roles: list(role),
});

export const smile = v.looseObject({
  id: v.union([v.string(), v.number()]),
  name: v.nullish(v.string()),
  small_url: v.nullish(v.string()),
  medium_url: v.nullish(v.string()),
  large_url: v.nullish(v.string()),
  is_animated: v.nullish(v.boolean(), false),
});

/** One piece of a message: exactly one of the members is there, or one that is not known yet. */
export const part = v.looseObject({
  text: v.nullish(v.looseObject({ content: v.string() })),
  link: v.nullish(v.looseObject({ url: v.string(), content: v.nullish(v.string()) })),
  mention: v.nullish(v.looseObject({ id, nick: v.string() })),
  smile: v.nullish(smile),
});

export const parts = list(part);

export const chatMessage = v.looseObject({
  id,
  created_at: unixSeconds,
  is_private: v.nullish(v.boolean(), false),
  author,
  parts,
  /** The message that this one answers; its shape is not published, so little is taken for granted. */
  parent: v.nullish(
    v.looseObject({
      id: v.nullish(id),
      author: v.nullish(v.looseObject({ id: v.nullish(id), nick: v.nullish(v.string()) })),
      parts: v.nullish(v.array(part)),
    }),
  ),
});

export type ChatMessage = v.InferOutput<typeof chatMessage>;
export type ChatMessageInput = v.InferInput<typeof chatMessage>;
export type ChatAuthor = v.InferOutput<typeof author>;
export type ChatBadge = v.InferOutput<typeof badge>;
export type ChatPart = v.InferOutput<typeof part>;
export type ChatSmile = v.InferOutput<typeof smile>;
export type LivePerson = v.InferOutput<typeof person>;
