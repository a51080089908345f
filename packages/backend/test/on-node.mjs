// Run by node.test.ts under Node: what differs from Bun there are fetch, its errors, streams and node:http.
import { createServer } from "node:http";

const [bundle, url, nowhere, apiKey, app] = process.argv.slice(2);
const { CentrifugoPublisher, PusherPublisher, connectionToken, nodeListener, routes, verifyToken } =
  await import(bundle);

const faultOf = (call) =>
  call.then(
    () => undefined,
    ({ fault }) => fault,
  );
const quick = { backoff: { first: 0 } };
const pusher = new PusherPublisher({ url, ...JSON.parse(app), ...quick });
const centrifugo = new CentrifugoPublisher({ url, apiKey, ...quick });

const echo = async (request) => Response.json({ url: request.url, body: await request.text() });
const handler = routes({
  "POST /echo": echo,
  "GET /stream": () => new Response(new Blob(["a", "b"]).stream()),
});
const site = createServer(
  nodeListener((request) => (request.url.includes("//d") ? echo(request) : handler(request)), {
    bodyLimit: 5,
  }),
);
await new Promise((listening) => site.listen(0, "127.0.0.1", listening));
const own = `http://127.0.0.1:${site.address().port}`;
const posted = await fetch(`${own}/echo?a=1`, { method: "POST", body: "hello" });
const doubled = await fetch(`${own}//double`, { method: "POST" });
const large = await fetch(`${own}/echo`, { method: "POST", body: "hello, " });
const streamed = await fetch(`${own}/stream`);
const slow = createServer(() => undefined);
await new Promise((listening) => slow.listen(0, "127.0.0.1", listening));
const hanging = new CentrifugoPublisher({
  url: `http://127.0.0.1:${slow.address().port}`,
  apiKey,
  timeout: 50,
  retries: 0,
});
const elsewhere = createServer((_request, response) => response.writeHead(307, { location: url }).end());
await new Promise((listening) => elsewhere.listen(0, "127.0.0.1", listening));
const redirected = new CentrifugoPublisher({ url: `http://127.0.0.1:${elsewhere.address().port}`, apiKey });

const token = await connectionToken("secret", { user: "ann", expiresIn: 60 });
const results = {
  triggered: await pusher.trigger("news", "from-node", { n: 1 }),
  published: Object.keys(await centrifugo.publish("news", { type: "from-node", data: { n: 2 } })),
  verified: (await verifyToken({ secret: "secret" }, token)).ok,
  unreachable: await faultOf(new PusherPublisher({ url: nowhere, ...JSON.parse(app), ...quick }).channels()),
  timeout: await faultOf(hanging.info()),
  redirect: (await faultOf(redirected.info())).kind,
  posted: { ...(await posted.json()), status: posted.status },
  doubled: (await doubled.json()).url,
  large: large.status,
  streamed: await streamed.text(),
};
process.stdout.write(JSON.stringify(results).replaceAll(own, ""));
for (const server of [site, slow, elsewhere]) {
  server.closeAllConnections();
  server.close();
}
