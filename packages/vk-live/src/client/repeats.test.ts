import { expect, test } from "bun:test";
import { decode } from "./decode.ts";
import { Repeats } from "./repeats.ts";

const channel = { slug: "s", kind: "chat", name: "chat:1" };

function isRepeat(repeats: Repeats, type: string, data: unknown): boolean {
  const decoded = decode({ type, data }, channel);
  if (decoded.kind === "fault" || decoded.event.type === "unknown") throw new Error(JSON.stringify(decoded));
  return repeats.isRepeat(decoded.event);
}

const sent = (id: number) => ({
  chat_message: { id, created_at: 1, author: { id: 1, nick: "Ann" }, parts: [] },
});
const demand = (id: number | string, status: string) => ({
  demand: { id, status, user: { id: 1, nick: "Ann" }, message_parts: [], created_at: 1, reward: { id: 1 } },
});

test("a chat message is known by its id, until it is deleted", () => {
  const repeats = new Repeats(10);
  const send = (id: number) => isRepeat(repeats, "channel_chat_message_send", sent(id));
  expect([send(1), send(1), send(2), send(1)]).toEqual([false, true, false, true]);
  expect(isRepeat(repeats, "channel_chat_message_delete", { chat_message: { id: 1 } })).toBe(false);
  expect([send(1), send(1), send(2)]).toEqual([false, true, true]);
});

test("a reward demand is known by id and status, and is no chat message of the same id", () => {
  const repeats = new Repeats(10);
  const create = (id: number, status: string) =>
    isRepeat(repeats, "channel_points_reward_demand_create", demand(id, status));
  expect([create(1, "pending"), create(1, "pending"), create(1, "approved")]).toEqual([false, true, false]);
  expect(isRepeat(repeats, "channel_chat_message_send", sent(1))).toBe(false);
});

test("events without an id are never repeats", () => {
  const repeats = new Repeats(10);
  const follow = { follow: { follower: { id: 1, nick: "Ann" } } };
  for (let times = 0; times < 2; times += 1)
    expect(isRepeat(repeats, "channel_follow_create", follow)).toBe(false);
});

test("so many ids are remembered, and the oldest forgotten", () => {
  const repeats = new Repeats(3);
  const send = (id: number) => isRepeat(repeats, "channel_chat_message_send", sent(id));
  for (const id of [1, 2, 3, 4]) send(id);
  expect([send(2), send(3), send(4), send(1)]).toEqual([true, true, true, false]);
});
