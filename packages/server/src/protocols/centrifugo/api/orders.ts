import type { Answer } from "../../../core/answer.ts";
import { after } from "../../../core/answer.ts";
import type { Control, DisconnectOrder, Whom } from "../../../core/broker.ts";
import { Refusal, refuse } from "../../../core/refusal.ts";
import { comesBack } from "../codes.ts";
import type { DisconnectCommand, RefreshCommand, SubscribeCommand } from "./command.ts";
import { undecodable } from "./message.ts";
import type { Outcome } from "./outcome.ts";
import { channelOf, type Site } from "./site.ts";

// Orders go to every node; whether somebody was there to obey is not told (protocol notes, 6.2).

export function subscribe(site: Site, command: SubscribeCommand): Answer<Outcome> {
  const traits = channelOf(site, command.channel);
  if (traits instanceof Refusal) return traits;
  if (traits.kind === "user")
    return refuse("permission-denied", "a user's channel is joined by that user's Pusher connections only");
  const { channel, info, data, expireAt, override, since } = command;
  if (info === undecodable || data === undecodable)
    return refuse("bad-request", "b64info or b64data is no base64");
  const grant = { channel, chanInfo: info, data, expireAt, override, since };
  return give(site, { kind: "subscribe", app: site.app.id, whom: command.target, grant });
}

/** Without a channel, every client is told of an unsubscribe from none: so does Centrifugo (protocol notes, 6.2). */
export function unsubscribe(site: Site, channel: string, target: Whom): Answer<Outcome> {
  if (channel !== "") {
    const traits = channelOf(site, channel);
    if (traits instanceof Refusal) return traits;
  }
  return give(site, { kind: "unsubscribe", app: site.app.id, whom: target, channel });
}

export function disconnect(site: Site, { target, disconnect: words }: DisconnectCommand): Answer<Outcome> {
  const said = words === undefined ? forceDisconnect : ownOrder(words);
  if (said instanceof Refusal) return said;
  return give(site, { kind: "disconnect", app: site.app.id, whom: target, order: said });
}

/** Each wire has its own code for it; Centrifugo's is 3503. */
const forceDisconnect: DisconnectOrder = { code: undefined, reason: "", comeBack: false };
const forceDisconnectCode = 3503;

/** Below are the protocol's own, above is nothing that a WebSocket close frame may carry (RFC 6455, 7.4.2). */
const codes = { least: 3_000, most: 4_999 };
/** What a WebSocket close frame can carry besides the code. */
const reasonBytes = 123;

function ownOrder({ code, reason }: { code: number; reason: string }): DisconnectOrder | Refusal {
  if (code !== 0 && (code < codes.least || code > codes.most))
    return refuse("bad-request", `a disconnect code is ${codes.least} to ${codes.most}`);
  if (Buffer.byteLength(reason) > reasonBytes)
    return refuse("bad-request", `a disconnect reason is at most ${reasonBytes} bytes long`);
  const chosen = code === 0 ? forceDisconnectCode : code;
  return { code: chosen, reason, comeBack: comesBack(chosen) };
}

export function refresh(site: Site, command: RefreshCommand): Answer<Outcome> {
  const { target, expired, expireAt, info } = command;
  if (info === undecodable) return refuse("bad-request", "b64info is no base64");
  const order = { expired, expireAt, info };
  return give(site, { kind: "refresh", app: site.app.id, whom: target, refresh: order });
}

function give(site: Site, control: Control): Answer<Outcome> {
  return after(site.hub.broker.control(control), () => "{}");
}
