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

/** The first frame of a client with a token of its own. */
export const withToken = (token, subscribe) =>
  `${JSON.stringify({ id: 1, connect: { token } })}\n${JSON.stringify({ id: 2, subscribe })}`;

/** The floor knows no protocol: a client is ready once it is connected. */
export const none = { path: "/", mark: `"t":` };
