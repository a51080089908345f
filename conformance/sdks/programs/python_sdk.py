"""The official package for Python: told what to do, and answering, in lines of JSON. Argument: its terms."""

import json
import sys

import pusher

terms = json.loads(sys.argv[1])
client = pusher.Pusher(
    app_id=terms["id"],
    key=terms["key"],
    secret=terms["secret"],
    host=terms["host"],
    port=terms["port"],
    ssl=False,
    encryption_master_key_base64=terms["masterKey"],
)


def perform(command):
    do = command["do"]
    if do == "trigger":
        return client.trigger(command["channels"], command["event"], command["data"], command.get("socketId"))
    if do == "batch":
        return client.trigger_batch(command["events"])
    if do == "channels":
        return client.channels_info(command["prefix"], [command["info"]])
    if do == "channel":
        return client.channel_info(command["name"], [command["info"]])
    if do == "users":
        return client.users_info(command["name"])
    if do == "terminate":
        return client.terminate_user_connections(command["user"])
    if do == "authorize":
        return client.authenticate(command["channel"], command["socketId"], command.get("member"))
    if do == "authenticate":
        return client.authenticate_user(command["socketId"], command["user"])
    if do == "webhook":
        return client.validate_webhook(command["key"], command["signature"], command["body"]) is not None
    raise ValueError(do)


for line in sys.stdin:
    try:
        answer = {"ok": perform(json.loads(line))}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    # The shared secret of an encrypted channel is bytes: a back end has to decode it too.
    print(json.dumps(answer, default=bytes.decode), flush=True)
