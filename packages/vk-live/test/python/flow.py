"""The flow of the DevAPI by centrifuge-python: prints what it hears as one line of JSON each.

Arguments: DevAPI, socket, access token, slug, encoding (json or protobuf). Ends when a line comes on standard input.
"""

import asyncio
import json
import sys
import urllib.parse
import urllib.request

from centrifuge import Client, ClientEventHandler, SubscriptionEventHandler

api, socket, access_token, slug, encoding = sys.argv[1:]


def ask(path, **params):
    request = urllib.request.Request(
        f"{api}{path}?{urllib.parse.urlencode(params)}",
        headers={"Authorization": f"Bearer {access_token}"},
    )
    # Straight to it: a proxy of the environment does not know this address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request) as response:
        return json.load(response)["data"]


def say(**what):
    print(json.dumps(what), flush=True)


class OnClient(ClientEventHandler):
    async def on_connected(self, ctx):
        say(connected=True)

    async def on_disconnected(self, ctx):
        say(disconnected=ctx.code, reason=ctx.reason)

    async def on_error(self, ctx):
        say(error=str(ctx.error))


class OnSubscription(SubscriptionEventHandler):
    def __init__(self, kind):
        self.kind = kind

    async def on_subscribed(self, ctx):
        say(subscribed=self.kind)

    async def on_unsubscribed(self, ctx):
        say(unsubscribed=self.kind, code=ctx.code)

    async def on_publication(self, ctx):
        # In protobuf it is the bytes of the JSON.
        data = ctx.pub.data
        say(kind=self.kind, event=json.loads(data) if isinstance(data, bytes) else data)

    async def on_error(self, ctx):
        say(error=str(ctx.error))


async def connection_token():
    data = await asyncio.to_thread(ask, "/v1/websocket/token")
    return data["token"]


async def subscription_token(channel):
    data = await asyncio.to_thread(ask, "/v1/websocket/subscription_token", channels=channel)
    given = {item["channel"]: item["token"] for item in data["channel_tokens"]}
    # An empty token is how the library is told that there is no access.
    return given.get(channel, "")


async def main():
    client = Client(
        socket,
        events=OnClient(),
        get_token=connection_token,
        use_protobuf=encoding == "protobuf",
        proxy=None,
    )
    await client.connect()
    channel = await asyncio.to_thread(ask, "/v1/channel", channel_url=slug)
    for kind, name in channel["channel"]["web_socket_channels"].items():
        limited = {"get_token": subscription_token} if kind.startswith("limited_") else {}
        subscription = client.new_subscription(name, events=OnSubscription(kind), **limited)
        await subscription.subscribe()
    await asyncio.to_thread(sys.stdin.readline)
    await client.disconnect()


asyncio.run(main())
