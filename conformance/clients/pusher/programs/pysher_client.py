"""Pysher: told what to do, and saying what it hears, in lines of JSON. Argument: its terms."""

import json
import queue
import sys
import threading

import pysher

terms = json.loads(sys.argv[1])
lock = threading.Lock()


def say(kind, **line):
    with lock:
        print(json.dumps({"kind": kind, **line}), flush=True)


def error(data):
    # A JSON object on the wire, which pysher hands over as it parsed it.
    say("error", code=data.get("code"), message=data.get("message", ""))


def connected(_):
    say("state", state="connected")


# pysher registers a channel after it has asked for it, and handlers are bound after that: an answer that is quicker is
# lost. On its own thread nothing is read meanwhile, so commands are performed there, when the pong to a ping comes.
waiting = queue.SimpleQueue()


def perform_waiting(_):
    while not waiting.empty():
        perform(waiting.get())


pusher = pysher.Pusher(
    terms["key"],
    secure=False,
    custom_host=terms["host"],
    port=terms["port"],
    auth_endpoint=terms["authUrl"],
    auth_endpoint_headers={"Authorization": f"Bearer {terms['bearer']}"},
    user_data={"user_id": terms["user"], "user_info": {"id": terms["user"], "name": terms["user"].capitalize()}},
    reconnect_interval=1,
    auto_sub=True,
)
pusher.connection.ping_interval = terms["activityTimeout"] / 1000
pusher.connection.pong_timeout = terms["pongTimeout"] / 1000
# A pong of old stands for the next one that is missing, and it does not ask twice: this is what notices.
pusher.connection.connection_timeout = (terms["activityTimeout"] + terms["pongTimeout"]) / 1000
pusher.connection.bind("pusher:connection_established", connected)
pusher.connection.bind("pusher:error", error)
pusher.connection.bind("pusher:pong", perform_waiting)
pusher.connect()


def watch_end():
    """pysher tells nobody that it has given up, but its thread ends then."""
    pusher.connection.join()
    say("state", state="disconnected")


threading.Thread(target=watch_end, daemon=True).start()


def subscribe(channel, events):
    # It has no way for the channel_data that an application made: on presence channels it has to sign by itself.
    pusher.secret = terms["secret"] if channel.startswith("presence-") else ""
    try:
        subscription = pusher.subscribe(channel)
    except AssertionError as refused:
        say("refused", channel=channel, error=f"AssertionError: {refused}")
        return

    def succeeded(data):
        members = json.loads(data).get("presence")
        if members is None:
            say("subscribed", channel=channel)
        else:
            say("subscribed", channel=channel, members=members["hash"])

    def added(data):
        member = json.loads(data)
        say("joined", channel=channel, id=member["user_id"], info=member.get("user_info"))

    def count(data):
        say("count", channel=channel, count=json.loads(data)["subscription_count"])

    # pysher has no words of its own for these: its users bind to the protocol's.
    subscription.bind("pusher_internal:subscription_succeeded", succeeded)
    subscription.bind("pusher_internal:member_added", added)
    subscription.bind(
        "pusher_internal:member_removed",
        lambda data: say("left", channel=channel, id=json.loads(data)["user_id"]),
    )
    subscription.bind("pusher_internal:subscription_count", count)
    subscription.bind("pusher:subscription_error", lambda data: say("refused", channel=channel, error=data))
    for event in [*events, "pusher:cache_miss"]:
        subscription.bind(
            event,
            lambda data, name: say("event", channel=channel, event=name, data=data, user=None),
            event,
        )


def perform(command):
    channel = command.get("channel")
    if command["do"] == "subscribe":
        subscribe(channel, command["events"])
    elif command["do"] == "unsubscribe":
        pusher.unsubscribe(channel)
    elif command["do"] == "trigger":
        pusher.channel(channel).trigger(command["event"], command["data"])
    else:
        raise ValueError(command)


for line in sys.stdin:
    waiting.put(json.loads(line))
    pusher.connection.send_event("pusher:ping", {})
pusher.disconnect(1)
