"""centrifuge-python: told what to do, and saying what it hears, in lines of JSON. Argument: json or protobuf."""

import asyncio
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import centrifuge

use_protobuf = sys.argv[1] == "protobuf"


def written(value):
    """In protobuf a client's data is bytes, and what they mean is its application's matter: here, JSON."""
    if value is None:
        return None
    return json.dumps(value).encode() if use_protobuf else value


def read(value):
    if isinstance(value, (bytes, bytearray)):
        return json.loads(value) if value else None
    return value


def info(told):
    return {"user": told.user, "connInfo": read(told.conn_info), "chanInfo": read(told.chan_info)}


def publication(told):
    return {
        "data": read(told.data),
        "offset": told.offset,
        "tags": told.tags or {},
        "by": told.info.user if told.info else None,
    }


def position(told):
    return {"offset": told.offset, "epoch": told.epoch} if told else None


def ask_for_token(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as refused:
        if refused.code == 403:
            raise centrifuge.UnauthorizedError() from refused
        raise


async def token_from(url):
    return await asyncio.get_running_loop().run_in_executor(None, ask_for_token, url)


def code_of(ctx):
    """The server's code, where the server said it: the context's own says which step failed."""
    return getattr(ctx.error, "code", ctx.code)


class ClientEvents(centrifuge.ClientEventHandler):
    def __init__(self, say):
        self.say = say

    async def on_connecting(self, ctx):
        self.say("state", state="connecting", code=ctx.code, reason=ctx.reason)

    async def on_connected(self, ctx):
        self.say("state", state="connected", id=ctx.client, transport="websocket", data=read(ctx.data))

    async def on_disconnected(self, ctx):
        self.say("state", state="disconnected", code=ctx.code, reason=ctx.reason)

    async def on_error(self, ctx):
        self.say("error", code=code_of(ctx), message=str(ctx.error))

    async def on_subscribing(self, ctx):
        self.say("subscription", state="subscribing", channel=ctx.channel, server=True)

    async def on_subscribed(self, ctx):
        say_subscribed(self.say, ctx.channel, True, ctx)

    async def on_unsubscribed(self, ctx):
        self.say("subscription", state="unsubscribed", channel=ctx.channel, server=True)

    async def on_publication(self, ctx):
        self.say("publication", channel=ctx.channel, server=True, **publication(ctx.pub))

    async def on_join(self, ctx):
        self.say("join", channel=ctx.channel, **info(ctx.info))

    async def on_leave(self, ctx):
        self.say("leave", channel=ctx.channel, **info(ctx.info))


def say_subscribed(say, channel, server, ctx):
    say(
        "subscription",
        state="subscribed",
        channel=channel,
        server=server,
        wasRecovering=ctx.was_recovering,
        recovered=ctx.recovered,
        recoverable=ctx.recoverable,
        positioned=ctx.positioned,
        position=position(ctx.stream_position),
        data=read(ctx.data),
    )


class SubscriptionEvents(centrifuge.SubscriptionEventHandler):
    def __init__(self, say, channel):
        self.say = say
        self.channel = channel

    async def on_subscribing(self, ctx):
        self.say("subscription", state="subscribing", channel=self.channel, server=False, code=ctx.code)

    async def on_subscribed(self, ctx):
        say_subscribed(self.say, self.channel, False, ctx)

    async def on_unsubscribed(self, ctx):
        self.say("subscription", state="unsubscribed", channel=self.channel, server=False, code=ctx.code)

    async def on_publication(self, ctx):
        self.say("publication", channel=self.channel, server=False, **publication(ctx.pub))

    async def on_join(self, ctx):
        self.say("join", channel=self.channel, **info(ctx.info))

    async def on_leave(self, ctx):
        self.say("leave", channel=self.channel, **info(ctx.info))

    async def on_error(self, ctx):
        self.say("subscription-error", channel=self.channel, code=code_of(ctx), message=str(ctx.error))


def options(terms, get_token):
    """What a client and a subscription have in common."""
    found = {}
    if "token" in terms:
        found["token"] = terms["token"]
    if "tokenUrl" in terms:
        found["get_token"] = get_token
    if "data" in terms:
        found["data"] = written(terms["data"])
    return found


class Driven:
    def __init__(self, name, terms):
        self.name = name

        async def get_token():
            return await token_from(terms["tokenUrl"])

        self.client = centrifuge.Client(
            f"ws://{terms['host']}/connection/websocket",
            events=ClientEvents(self.say),
            use_protobuf=use_protobuf,
            min_reconnect_delay=0.02,
            max_reconnect_delay=terms["maxReconnectDelay"] / 1000,
            max_server_ping_delay=terms["maxServerPingDelay"] / 1000,
            **options(terms, get_token),
        )

    def say(self, kind, **line):
        print(json.dumps({"client": self.name, "kind": kind, **line}), flush=True)

    async def perform(self, told):
        if told["do"] == "start":
            await self.client.connect()
        elif told["do"] == "disconnect":
            await self.client.disconnect()
        elif told["do"] == "subscribe":
            await self.subscribe(told["channel"], told["terms"])
        elif told["do"] == "unsubscribe":
            await self.client.get_subscription(told["channel"]).unsubscribe()
        else:
            await self.answer(told["id"], told["call"])

    async def subscribe(self, channel, terms):
        known = self.client.get_subscription(channel)
        if known is not None:
            await known.subscribe()
            return

        async def get_token(_):
            return await token_from(terms["tokenUrl"])

        tag = terms.get("tag")
        subscription = self.client.new_subscription(
            channel,
            events=SubscriptionEvents(self.say, channel),
            min_resubscribe_delay=0.02,
            recoverable=terms.get("recoverable", False),
            positioned=terms.get("positioned", False),
            join_leave=terms.get("joinLeave", False),
            delta=centrifuge.DeltaType.FOSSIL if terms.get("delta") else None,
            tags_filter=centrifuge.Filter.eq(tag["key"], tag["value"]) if tag else None,
            **options(terms, get_token),
        )
        await subscription.subscribe()

    async def answer(self, number, call):
        try:
            result = await self.call(call)
        except centrifuge.CentrifugeError as failed:
            self.say("failed", id=number, code=getattr(failed, "code", None), message=str(failed))
        else:
            self.say("answer", id=number, result=result)

    async def call(self, call):
        method = call["method"]
        if method == "publish":
            await self.client.publish(call["channel"], written(call["data"]))
            return {}
        if method == "history":
            since = call.get("since")
            page = await self.client.history(
                call["channel"],
                limit=call["limit"],
                since=centrifuge.StreamPosition(**since) if since else None,
                reverse=call.get("reverse", False),
            )
            return {**position(page), "publications": [publication(one) for one in page.publications]}
        if method == "presence":
            present = await self.client.presence(call["channel"])
            return {name: info(client) for name, client in present.clients.items()}
        if method == "presence_stats":
            stats = await self.client.presence_stats(call["channel"])
            return {"clients": stats.num_clients, "users": stats.num_users}
        if method == "rpc":
            answer = await self.client.rpc(call["name"], written(call["data"]))
            return {"data": read(answer.data)}
        raise ValueError(call)


async def main():
    loop = asyncio.get_running_loop()
    clients = {}
    running = set()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        told = json.loads(line)
        if told["do"] == "start":
            clients[told["client"]] = Driven(told["client"], told["terms"])
        # Calls wait for their answers; what is told next does not wait for them.
        task = asyncio.create_task(clients[told["client"]].perform(told))
        running.add(task)
        task.add_done_callback(running.discard)


asyncio.run(main())
