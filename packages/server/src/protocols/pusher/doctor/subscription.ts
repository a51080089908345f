import type { ChannelTraits } from "../../../core/channel-name.ts";
import { channelText, userText } from "../credentials.ts";
import type { SignIn, Subscribe } from "../messages.ts";
import { objectOf } from "../parse.ts";
import type { PusherSession } from "../session.ts";
import { diagnosis, shown, type Diagnosis } from "./diagnosis.ts";
import { examine, type Mistake } from "./examine.ts";
import { jsonSpellings } from "./json-spellings.ts";
import type { KeyRing } from "./key-ring.ts";

/** Channels of the connection whose signature may have been taken for this one's. */
const channelsTried = 16;
const closedPrefixes = ["private-", "presence-", "private-encrypted-", "private-cache-", "presence-cache-"];

/** Why a closed channel was refused to a connection that came with `auth`, or with none. */
export function examineSubscription(
  ring: KeyRing,
  session: PusherSession,
  { traits, message }: { readonly traits: ChannelTraits; readonly message: Subscribe },
): Diagnosis {
  if (message.auth === "")
    return diagnosis(
      "no-signature",
      `${shown(traits.name)} needs auth, "key:signature" from the back end, and the subscription has none`,
    );
  const data = traits.presence ? message.channelData : undefined;
  const expected = channelText(session.socketId, traits.name, data);
  const mistakes = [
    ...otherSockets(session, (id) => channelText(id, traits.name, data)),
    ...otherChannels(session, traits.name, (name) => channelText(session.socketId, name, data)),
    ...otherData(session, traits, message),
  ];
  const found = examineAuth(ring, session, { auth: message.auth, expected, mistakes });
  // What the back end may have signed, and the client has not passed on, is nothing that could be tried.
  if (!traits.presence || data !== undefined || found.fault !== "unknown-secret") return found;
  const lost =
    "The subscription has no channel_data: if the back end signed one, the client has to pass it on";
  return { ...found, message: `${found.message}. ${lost}` };
}

/** Why a sign-in was refused. */
export function examineSignIn(ring: KeyRing, session: PusherSession, { auth, userData }: SignIn): Diagnosis {
  if (auth === "")
    return diagnosis("no-signature", 'a sign-in needs auth, "key:signature" from the back end');
  const { socketId } = session;
  const expected = userText(socketId, userData);
  const apart = diagnosis("other-purpose", "it was made as for a channel: between the two stands ::user::");
  const mistakes = [
    ...otherSockets(session, (id) => userText(id, userData)),
    ...spelt(userData, "user_data", (text) => userText(socketId, text)),
    { text: `${socketId}:${userData}`, means: apart },
    { text: `${socketId}:user:${userData}`, means: apart },
    { text: `${socketId}::${userData}`, means: apart },
  ];
  return examineAuth(ring, session, { auth, expected, mistakes });
}

interface Auth {
  readonly auth: string;
  readonly expected: string;
  readonly mistakes: readonly Mistake[];
}

function examineAuth(ring: KeyRing, session: PusherSession, { auth, expected, mistakes }: Auth): Diagnosis {
  const { app, tenant } = session;
  const { credentials } = tenant;
  const colon = auth.lastIndexOf(":");
  const found =
    colon < 0
      ? diagnosis("no-key", 'auth has no colon: it is "key:signature"')
      : (ring.keyFault(app.id, auth.slice(0, colon)) ??
        examine(
          ring,
          {
            appId: app.id,
            credentials,
            key: auth.slice(0, colon),
            signature: auth.slice(colon + 1),
            expected: [expected],
          },
          mistakes,
        ));
  return { ...found, message: `${found.message}. It has to be that of ${ring.shown(expected, 1_000)}` };
}

function* otherSockets(session: PusherSession, textOf: (id: string) => string): Generator<Mistake> {
  const { socketId, tenant } = session;
  for (const id of tenant.recentSockets.around(tenant.app, socketId)) {
    const means = `it was made for socket ${id}, this is socket ${socketId}: ask the back end anew after each connect`;
    yield { text: textOf(id), means: diagnosis("other-socket", means) };
  }
}

function* otherChannels(
  session: PusherSession,
  name: string,
  textOf: (name: string) => string,
): Generator<Mistake> {
  const prefix = closedPrefixes.filter((one) => name.startsWith(one)).sort((a, b) => b.length - a.length)[0];
  if (prefix !== undefined) {
    const bare = name.slice(prefix.length);
    const made = (form: string, what: string): Mistake => ({
      text: textOf(form),
      means: diagnosis("channel-prefix", `it was made for ${shown(form)}: ${what}`),
    });
    yield made(bare, `the prefix ${prefix} belongs to the name and is signed too`);
    yield made(prefix + name, `the prefix ${prefix} is there twice`);
    for (const other of closedPrefixes)
      if (other !== prefix) yield made(other + bare, `this is ${shown(name)}`);
  }
  const another = (form: string): Mistake => ({
    text: textOf(form),
    means: diagnosis("other-channel", `it was made for ${shown(form)}, this is ${shown(name)}`),
  });
  if (encodeURIComponent(name) !== name) yield another(encodeURIComponent(name));
  if (name.toLowerCase() !== name) yield another(name.toLowerCase());
  for (const { channel } of session.subscriptions.values().slice(0, channelsTried))
    yield another(channel.traits.name);
}

function* otherData(
  { socketId }: PusherSession,
  { name, presence }: ChannelTraits,
  { channelData }: Subscribe,
): Generator<Mistake> {
  if (channelData === undefined) return;
  if (!presence) {
    const means = `it covers channel_data, which only presence channels have: sign the socket id and the name alone`;
    yield { text: channelText(socketId, name, channelData), means: diagnosis("other-data", means) };
    return;
  }
  yield {
    text: channelText(socketId, name),
    means: diagnosis("no-channel-data", "it was made without channel_data, which is signed too"),
  };
  yield* spelt(channelData, "channel_data", (text) => channelText(socketId, name, text));
  yield {
    text: userText(socketId, channelData),
    means: diagnosis("other-purpose", "it was made as for a sign-in, with ::user::"),
  };
}

/** The same JSON in another spelling, or a part of it. */
function* spelt(data: string, what: string, textOf: (data: string) => string): Generator<Mistake> {
  const respelt = diagnosis(
    "other-data",
    `it was made of the same ${what} in another spelling: sign the very text that is sent, do not print the JSON again`,
  );
  for (const text of jsonSpellings(data)) yield { text: textOf(text), means: respelt };
  const object = objectOf(data);
  if (object?.["user_info"] === undefined) return;
  const rest = Object.fromEntries(Object.entries(object).filter(([field]) => field !== "user_info"));
  const part = diagnosis("other-data", `it was made of other ${what}: that without user_info`);
  yield { text: textOf(JSON.stringify(rest)), means: part };
}
