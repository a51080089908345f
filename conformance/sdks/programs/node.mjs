// The official package for Node: told what to do, and answering, in lines of JSON. Argument: its terms.
import { createInterface } from "node:readline";
import Pusher from "pusher";

const terms = JSON.parse(process.argv[2]);
const pusher = new Pusher({
  appId: terms.id,
  key: terms.key,
  secret: terms.secret,
  // It has no option for a path: one behind the host does it, without an option for the port.
  host: `${terms.host}:${terms.port}${terms.path}`,
  encryptionMasterKeyBase64: terms.masterKey,
});

const json = async (answer) => (await answer).json();
const verbs = {
  trigger: ({ channels, event, data, socketId, info }) =>
    json(
      pusher.trigger(channels, event, data, {
        ...(socketId && { socket_id: socketId }),
        ...(info && { info }),
      }),
    ),
  batch: ({ events }) => json(pusher.triggerBatch(events)),
  channels: ({ prefix, info }) =>
    json(pusher.get({ path: "/channels", params: { filter_by_prefix: prefix, info } })),
  channel: ({ name, info }) => json(pusher.get({ path: `/channels/${name}`, params: { info } })),
  users: ({ name }) => json(pusher.get({ path: `/channels/${name}/users` })),
  terminate: ({ user }) => json(pusher.terminateUserConnections(user)),
  authorize: ({ socketId, channel, member }) => pusher.authorizeChannel(socketId, channel, member),
  authenticate: ({ socketId, user }) => pusher.authenticateUser(socketId, user),
  webhook: ({ key, signature, body }) => {
    const headers = {
      "x-pusher-key": key,
      "x-pusher-signature": signature,
      "content-type": "application/json",
    };
    return pusher.webhook({ headers, rawBody: body }).isValid();
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  let answer;
  try {
    answer = { ok: await verbs[command.do](command) };
  } catch (error) {
    answer = { error: `${error.name} ${error.status ?? ""}: ${error.body || error.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
