import * as v from "valibot";

/** Who may speak in the demo's chat, beside the viewer who only reads. */
export const speakers = ["ada", "oleg", "mira", "chen", "noor"] as const;
/** Whose chat a message goes to. */
export const rooms = ["everyone", "subscribers", "viewer"] as const;
export const subscriptionKinds = ["create", "renew", "change", "delete", "giftBuy", "giftGive"] as const;
export const streamSteps = ["start", "pause", "resume", "stop", "record"] as const;

/** Seconds that a token may live. */
export const tokenLives = [3_600, 60, 5] as const;

const id = v.pipe(v.number(), v.integer(), v.minValue(1));

/** What the control panel may ask of the back end. */
export const actionSchema = v.variant("do", [
  v.object({
    do: v.literal("message"),
    speaker: v.picklist(speakers),
    room: v.picklist(rooms),
    text: v.pipe(v.string(), v.trim(), v.minLength(1, "write something first"), v.maxLength(500)),
    /** The message that this one answers. */
    parent: v.optional(id),
  }),
  v.object({ do: v.literal("delete"), room: v.picklist(rooms), id }),
  v.object({ do: v.literal("follow"), speaker: v.picklist(speakers) }),
  v.object({ do: v.literal("unfollow"), speaker: v.picklist(speakers) }),
  v.object({ do: v.literal("raid") }),
  v.object({ do: v.literal("subscription"), kind: v.picklist(subscriptionKinds) }),
  v.object({ do: v.literal("demand"), speaker: v.picklist(speakers) }),
  v.object({ do: v.literal("decide"), status: v.picklist(["approved", "rejected"]) }),
  v.object({ do: v.literal("stream"), step: v.picklist(streamSteps) }),
  v.object({
    do: v.literal("title"),
    title: v.pipe(v.string(), v.trim(), v.minLength(1, "write a title first"), v.maxLength(120)),
  }),
  v.object({ do: v.literal("access"), given: v.boolean() }),
  v.object({ do: v.literal("token-life"), seconds: v.picklist(tokenLives) }),
  v.object({ do: v.literal("rename") }),
  v.object({ do: v.literal("cut") }),
  v.object({ do: v.literal("unknown-event") }),
  v.object({ do: v.literal("wrong-payload") }),
]);

export type Action = v.InferOutput<typeof actionSchema>;
export type Speaker = (typeof speakers)[number];
export type Room = (typeof rooms)[number];
export type SubscriptionKind = (typeof subscriptionKinds)[number];
export type TokenLife = (typeof tokenLives)[number];
export type StreamStep = (typeof streamSteps)[number];

/** What the panel shows of the back end's state, and what came of an action, in a sentence. */
export interface PanelState {
  readonly said: string;
  readonly access: boolean;
  /** Seconds. */
  readonly tokenLife: TokenLife;
}
