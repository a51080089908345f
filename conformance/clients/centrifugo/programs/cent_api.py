"""cent: told which method to call, and saying what it answered, in lines of JSON. Arguments: address, key."""

import json
import sys

import cent

client = cent.Client(sys.argv[1], api_key=sys.argv[2])


def request_of(command):
    """The package's class of a method, made of what the method takes in the names of the API."""
    command = dict(command)
    method = command.pop("method")
    if "code" in command:
        command["disconnect"] = {"code": command.pop("code"), "reason": command.pop("reason")}
    if method == "batch":
        command = {"requests": [request_of(one) for one in command["commands"]]}
    name = "".join(part.capitalize() for part in method.split("_"))
    return getattr(cent, f"{name}Request")(**command)


def called(command):
    try:
        result = getattr(client, command["method"])(request_of(command))
    except cent.CentApiResponseError as refused:
        return {"error": {"code": refused.code, "message": refused.message}}
    except cent.CentUnauthorizedError:
        return {"error": {"status": 401, "message": "CentUnauthorizedError"}}
    if command["method"] == "batch":
        return {"result": [{"result": reply.model_dump()} for reply in result.replies]}
    return {"result": result.model_dump()}


for line in sys.stdin:
    print(json.dumps(called(json.loads(line))), flush=True)
