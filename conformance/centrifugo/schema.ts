/** The messages of the client protocol (protocol notes, 1.4): number, name and type of each field. */
const messages = {
  Error: "1 code:uint32, 2 message:string, 3 temporary:bool",
  EmulationRequest: "1 node:string, 2 session:string, 3 data:bytes",
  Command:
    "1 id:uint32, 4 connect:ConnectRequest, 5 subscribe:SubscribeRequest, 6 unsubscribe:ChannelRequest, 7 publish:PublishRequest, 8 presence:ChannelRequest, 9 presence_stats:ChannelRequest, 10 history:HistoryRequest, 11 ping:Nothing, 12 send:SendRequest, 13 rpc:RPCRequest, 14 refresh:RefreshRequest, 15 sub_refresh:SubRefreshRequest",
  Reply:
    "1 id:uint32, 2 error:Error, 4 push:Push, 5 connect:ConnectResult, 6 subscribe:SubscribeResult, 7 unsubscribe:Nothing, 8 publish:Nothing, 9 presence:PresenceResult, 10 presence_stats:PresenceStatsResult, 11 history:HistoryResult, 12 ping:Nothing, 13 rpc:RPCResult, 14 refresh:RefreshResult, 15 sub_refresh:SubRefreshResult",
  Push: "1 id:int64, 2 channel:string, 4 pub:Publication, 5 join:Joined, 6 leave:Joined, 7 unsubscribe:Unsubscribe, 8 message:SendRequest, 9 subscribe:Subscribe, 10 connect:ConnectResult, 11 disconnect:Disconnect, 12 refresh:Refresh",
  ClientInfo: "1 user:string, 2 client:string, 3 conn_info:bytes, 4 chan_info:bytes",
  Publication:
    "4 data:bytes, 5 info:ClientInfo, 6 offset:uint64, 7 tags:map string, 8 delta:bool, 9 time:int64, 10 channel:string, 11 key:string, 12 removed:bool, 14 epoch:string, 16 version:uint64",
  Joined: "1 info:ClientInfo",
  Unsubscribe: "2 code:uint32, 3 reason:string",
  Subscribe: "1 recoverable:bool, 4 epoch:string, 5 offset:uint64, 6 positioned:bool, 7 data:bytes",
  Disconnect: "1 code:uint32, 2 reason:string, 3 reconnect:bool",
  Refresh: "1 expires:bool, 2 ttl:uint32",
  ConnectRequest:
    "1 token:string, 2 data:bytes, 3 subs:map SubscribeRequest, 4 name:string, 5 version:string, 6 headers:map string",
  ConnectResult:
    "1 client:string, 2 version:string, 3 expires:bool, 4 ttl:uint32, 5 data:bytes, 6 subs:map SubscribeResult, 7 ping:uint32, 8 pong:bool, 9 session:string, 10 node:string, 11 time:int64",
  RefreshRequest: "1 token:string",
  RefreshResult: "1 client:string, 2 version:string, 3 expires:bool, 4 ttl:uint32",
  SubscribeRequest:
    "1 channel:string, 2 token:string, 3 recover:bool, 6 epoch:string, 7 offset:uint64, 8 data:bytes, 9 positioned:bool, 10 recoverable:bool, 11 join_leave:bool, 12 delta:string, 13 tf:FilterNode, 14 flag:int64, 15 type:int32",
  SubscribeResult:
    "1 expires:bool, 2 ttl:uint32, 3 recoverable:bool, 6 epoch:string, 7 publications:list Publication, 8 recovered:bool, 9 offset:uint64, 10 positioned:bool, 11 data:bytes, 12 was_recovering:bool, 13 delta:bool, 14 id:int64",
  SubRefreshRequest: "1 channel:string, 2 token:string, 3 type:int32",
  SubRefreshResult: "1 expires:bool, 2 ttl:uint32",
  ChannelRequest: "1 channel:string",
  PublishRequest: "1 channel:string, 2 data:bytes",
  PresenceResult: "1 presence:map ClientInfo",
  PresenceStatsResult: "1 num_clients:uint32, 2 num_users:uint32",
  StreamPosition: "1 offset:uint64, 2 epoch:string",
  HistoryRequest: "1 channel:string, 7 limit:int32, 8 since:StreamPosition, 9 reverse:bool",
  HistoryResult: "1 publications:list Publication, 2 epoch:string, 3 offset:uint64",
  RPCRequest: "1 data:bytes, 2 method:string",
  RPCResult: "1 data:bytes",
  SendRequest: "1 data:bytes",
  FilterNode:
    "1 op:string, 2 key:string, 3 cmp:string, 4 val:string, 5 vals:list string, 6 nodes:list FilterNode",
  Nothing: "",
} as const;

export type MessageName = keyof typeof messages;

const scalars = ["uint32", "uint64", "int32", "int64", "bool", "string", "bytes"] as const;
export type Scalar = (typeof scalars)[number];

export interface Field {
  readonly number: number;
  readonly name: string;
  readonly type: Scalar | MessageName;
  readonly repeated: "no" | "list" | "map";
}

export function isScalar(type: string): type is Scalar {
  return (scalars as readonly string[]).includes(type);
}

function readField(text: string): Field {
  const [, number, name = "", repeated = "no", type = ""] =
    /^(\d+) (\w+):(?:(list|map) )?(\w+)$/.exec(text) ?? [];
  if (!isScalar(type) && !(type in messages)) throw new Error(`no type ${type}, in ${text}`);
  return {
    number: Number(number),
    name,
    type: type as Field["type"],
    repeated: repeated as Field["repeated"],
  };
}

const fields = new Map(
  Object.entries(messages).map(([name, text]) => [name, text === "" ? [] : text.split(", ").map(readField)]),
);

export function fieldsOf(name: MessageName): readonly Field[] {
  return fields.get(name) ?? [];
}
