// What wsload must say and look for on either wire. "%d" is the client's index, "%s" its line of a file.

export const pusher = (key) => ({
  path: `/app/${key}?protocol=7&client=bench&version=1.0.0`,
  subscribe: (channel) => `{"event":"pusher:subscribe","data":{"channel":"${channel}"}}`,
  ready: "subscription_succeeded",
  mark: String.raw`\"t\":`, // the payload is JSON inside a JSON string
});

export const centrifugo = {
  path: "/connection/websocket",
  subscribe: (channel) => `{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"${channel}"}}`,
  ready: `"id":2,"subscribe"`,
  mark: `"t":`,
};

/** One message behind its length. All bytes are ASCII, and none is NUL or 1, which wsload has other uses for. */
const delimited = (...parts) => {
  const message = parts.map((part) => (typeof part === "number" ? String.fromCharCode(part) : part)).join("");
  return String.fromCharCode(message.length) + message;
};

/** The same in protobuf: connect with a name as command 2, subscribe as command 3. */
export const centrifugoProtobuf = {
  path: "/connection/websocket?cf_protocol=protobuf",
  frame: (channel) =>
    delimited(8, 2, 0x22, delimited(0x22, delimited("bench"))) +
    delimited(8, 3, 0x2a, delimited(0x0a, delimited(channel))),
  ready: "\x08\x03\x32",
  mark: `"t":`,
};

/** The first frame of a client with a token of its own. */
export const withToken = (token, subscribe) =>
  `${JSON.stringify({ id: 1, connect: { token } })}\n${JSON.stringify({ id: 2, subscribe })}`;

/** The floor knows no protocol: a client is ready once it is connected. */
export const none = { path: "/", mark: `"t":` };
