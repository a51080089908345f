import { expect } from "bun:test";
import { keys } from "../server.ts";
import type { BridgeCase } from "./case.ts";
import { usersIn } from "./listed.ts";

const channel = "presence-a";

const bigNumber = '{"n":12345678901234567890,"one":1.0}';

/** B7: ids and infos cross as they are. */
export const identityCases: readonly BridgeCase[] = [
  {
    rule: "B7",
    from: "pusher",
    to: "centrifugo",
    name: "user_info crosses as text: 12345678901234567890 and 1.0 survive",
    async run(world) {
      const ear = await world.rawCentrifugo("ear");
      const member = await world.rawPusher();
      const data = `{"user_id":"ann","user_info":${bigNumber}}`;
      await member.ask(channel, { auth: member.sign(`${channel}:${data}`), channel_data: data });
      await ear.join(channel, "ear");
      expect(await ear.command("presence", JSON.stringify({ channel }))).toContain(
        `"chan_info":${bigNumber}`,
      );
    },
  },
  {
    rule: "B7",
    from: "centrifugo",
    to: "pusher",
    name: "info of a token crosses as text: 12345678901234567890 and 1.0 survive",
    async run(world) {
      const guest = await world.rawCentrifugo("ann", {
        token: textToken(`{"sub":"ann","info":${bigNumber}}`),
      });
      await guest.join(channel, "ann");
      const ear = await world.rawPusher();
      await ear.join(channel, "ear");
      const frame = await ear.socket.having("subscription_succeeded");
      expect((JSON.parse(frame) as { data: string }).data).toContain(`"ann":${bigNumber}`);
    },
  },
  {
    rule: "B7",
    from: "pusher",
    to: "centrifugo",
    name: "a numeric user_id is the user's id as text, every digit of it",
    async run(world) {
      const member = await world.rawPusher();
      const data = '{"user_id":12345678901234567890}';
      await member.ask(channel, { auth: member.sign(`${channel}:${data}`), channel_data: data });
      const ear = await world.centrifugo({ user: "ear" });
      await ear.join(channel);
      expect(await usersIn(ear, channel)).toEqual(["12345678901234567890", "ear"]);
    },
  },
  ...['a"b', "a\\b", "имя", "a:b", "</script>", "a\nb"].flatMap((user): BridgeCase[] => [
    {
      rule: "B7",
      from: "centrifugo",
      to: "pusher",
      name: `the id ${JSON.stringify(user)} is an id`,
      async run(world) {
        const ear = await world.pusher({ user: "ear" });
        await ear.join(channel);
        await world.listener("centrifugo", channel, { user });
        expect(await world.movesToldTo(ear, channel)).toEqual([`join ${user}`]);
        expect(Object.keys(ear.members(channel)).sort()).toEqual([user, "ear"].sort());
      },
    },
    {
      rule: "B7",
      from: "pusher",
      to: "centrifugo",
      name: `the id ${JSON.stringify(user)} is an id`,
      async run(world) {
        const ear = await world.centrifugo({ user: "ear" });
        await ear.join(channel);
        await world.listener("pusher", channel, { user });
        expect(await world.movesToldTo(ear, channel)).toEqual(["join ear", `join ${user}`]);
        expect(await usersIn(ear, channel)).toEqual([user, "ear"].sort());
      },
    },
  ]),
];

/** A token whose claims are this very text. */
function textToken(claims: string): string {
  const part = (text: string): string => Buffer.from(text).toString("base64url");
  const signed = `${part('{"alg":"HS256","typ":"JWT"}')}.${part(claims)}`;
  const mac = new Bun.CryptoHasher("sha256", keys.hmac).update(signed).digest("base64url");
  return `${signed}.${mac}`;
}
