// bun busy-clients.mjs PORT KEY SECRET: clients that give webhooks something to tell, until SIGTERM.
//
// 20 members of one presence channel send 400 client events a second in all; five others come to 200 channels a second
// that nobody else has, and leave them. Prints {"event":"ready"}, and at the end what was done.
import { createHmac } from "node:crypto";

const [port, key, secret] = process.argv.slice(2);
const talkers = 20;
const visitors = 5;
const room = "presence-busy";
const period = 25;
const done = { event: "end", clientEvents: 0, channels: 0 };

function open() {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/app/${key}?protocol=7&client=bench&version=1.0.0`);
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error("refused"));
    socket.onmessage = ({ data }) => {
      const { event, data: said } = JSON.parse(data);
      if (event === "pusher:error" || event === "pusher:subscription_error") fail(data);
      if (event === "pusher:connection_established") resolve({ socket, id: JSON.parse(said).socket_id });
    };
  });
}

function fail(what) {
  console.error(what);
  process.exit(1);
}

function say({ socket }, event, data, channel) {
  socket.send(JSON.stringify({ event, data, ...(channel ? { channel } : {}) }));
}

async function join(user) {
  const client = await open();
  const channel_data = JSON.stringify({ user_id: `user-${user}` });
  const signature = createHmac("sha256", secret).update(`${client.id}:${room}:${channel_data}`).digest("hex");
  say(client, "pusher:subscribe", { channel: room, auth: `${key}:${signature}`, channel_data });
  return client;
}

const members = await Promise.all(Array.from({ length: talkers }, (_, user) => join(user)));
const guests = await Promise.all(Array.from({ length: visitors }, open));
console.log(JSON.stringify({ event: "ready" }));

const due = (perSecond, turn) => Math.floor(((turn + 1) * perSecond * period) / 1000);
let turn = 0;
setInterval(() => {
  for (; done.clientEvents < due(400, turn); done.clientEvents++)
    say(members[done.clientEvents % talkers], "client-moved", { at: done.clientEvents }, room);
  for (; done.channels < due(200, turn); done.channels++) {
    const guest = guests[done.channels % visitors];
    say(guest, "pusher:subscribe", { channel: `visited-${done.channels}` });
    say(guest, "pusher:unsubscribe", { channel: `visited-${done.channels}` });
  }
  turn++;
}, period);

process.on("SIGTERM", () => {
  console.log(JSON.stringify(done));
  process.exit(0);
});
