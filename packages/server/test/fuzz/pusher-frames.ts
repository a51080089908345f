import { keys } from "../server.ts";
import { signature } from "../e2e/raw-pusher.ts";
import { spoilt } from "./mutate.ts";
import { oneOf, type Random } from "./random.ts";

const channels = [
  "news",
  "private-a",
  "private-encrypted-a",
  "presence-a",
  "cache-a",
  "private-cache-a",
  "presence-cache-a",
  "#server-to-user-1",
] as const;
const members = [
  '{"user_id":"1","user_info":{"name":"One"}}',
  '{"user_id":2}',
  '{"user_id":"3","user_info":[1,{"deep":{"er":null}}]}',
] as const;
const userDatas = ['{"id":"1","user_info":{"name":"One"},"watchlist":["2","3"]}', '{"id":"2"}'] as const;

/** What the back end would have signed of what is not right: it gets past the signature. */
function signedSubscribe(socketId: string, random: Random): string {
  const channel = random(3) === 0 ? spoilt(oneOf(random, channels), random) : oneOf(random, channels);
  const presence = channel.startsWith("presence-");
  const channelData = presence ? spoilt(oneOf(random, members), random) : undefined;
  const auth = signature(socketId, channelData === undefined ? channel : `${channel}:${channelData}`);
  return JSON.stringify({ event: "pusher:subscribe", data: { channel, auth, channel_data: channelData } });
}

function signedSignIn(socketId: string, userData: string): string {
  const auth = signature(socketId, `:user::${userData}`);
  return JSON.stringify({ event: "pusher:signin", data: { auth, user_data: userData } });
}

/** One frame of a client. None of these ends its connection. */
export function pusherFrame(socketId: string, random: Random): string | Buffer {
  const channel = oneOf(random, channels);
  switch (random(10)) {
    case 0:
    case 1:
    case 2:
      return signedSubscribe(socketId, random);
    case 3:
      return spoilt(
        JSON.stringify({
          event: "pusher:subscribe",
          data: { channel, auth: `${keys.app.key}:00`, channel_data: '{"user_id":"1"}' },
        }),
        random,
      );
    case 4:
      return spoilt(JSON.stringify({ event: "pusher:unsubscribe", data: { channel } }), random);
    case 5:
    case 6:
    case 7:
      return spoilt(
        JSON.stringify({ event: "client-hi", channel, data: { n: random(1_000), s: "text" }, user_id: "9" }),
        random,
      );
    case 8:
      return spoilt(
        JSON.stringify({ event: oneOf(random, ["pusher:pong", "pusher:ping"]), data: {} }),
        random,
      );
    default:
      return random(2) === 0
        ? Buffer.from(spoilt(signedSubscribe(socketId, random), random), "latin1")
        : spoilt(signedSubscribe(socketId, random), random);
  }
}

/** A sign-in: a wrong one ends its connection. */
export function pusherSignIn(socketId: string, random: Random): string {
  const right = oneOf(random, userDatas);
  if (random(3) === 0) return signedSignIn(socketId, right);
  if (random(2) === 0) return signedSignIn(socketId, spoilt(right, random));
  return spoilt(signedSignIn(socketId, right), random);
}
