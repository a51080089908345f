/** What Centrifugo's wire or API publishes, as text, and what the Pusher wire makes of it (B10). */
export interface CentrifugoForm {
  readonly value: string;
  readonly event: string;
  /** Content of the Pusher frame's `data`. */
  readonly data: string;
  readonly why: string;
}

/** What the Pusher API publishes, and what Centrifugo's wire makes of it. */
export interface PusherForm {
  /** Content of the event's `data` string. */
  readonly data: string;
  /** Text of the publication's `data`. */
  readonly value: string;
  readonly why: string;
}

/** What a Pusher client sends as `data`, and what each wire makes of it. */
export interface ClientForm {
  /** Text in the frame. */
  readonly sent: string;
  readonly value: string;
  readonly why: string;
}

const long = "t".repeat(200);

/** A value that is no event, and reaches Pusher whole. */
function whole(value: string, why: string, data = value): CentrifugoForm {
  return { value, event: "message", data, why };
}

function event(name: string, data: string, why: string): CentrifugoForm {
  return { value: `{"type":${JSON.stringify(name)},"data":${data}}`, event: name, data, why };
}

export const centrifugoForms: readonly CentrifugoForm[] = [
  event("greet", '{"a":1}', "an event"),
  event("greet", "12345678901234567890", "a number beyond doubles"),
  event("greet", "1.0", "a number with a zero behind the point"),
  event("greet", '{"a":1.0,"b":[12345678901234567890,1e400,-0.0]}', "numbers inside"),
  event("greet", "null", "null"),
  event("greet", "true", "a boolean"),
  event("greet", "[]", "an empty array"),
  event("greet", "{}", "an empty object"),
  event("greet", '{"a":1,"a":2}', "a key that stands twice inside data"),
  event("greet", '{"type":"pusher:error","data":1}', "an event inside an event"),
  event("greet", '{"s":"привет é 😀"}', "text beyond ASCII"),
  event("greet", '{"s":"\\u00e9\\ud83d\\ude00\\u2028\\n"}', "escapes"),
  event("greet", '{"s":"</script>&\\/"}', "text that some encoders escape"),
  event("App\\Events\\Greeted", "1", "a name with backslashes"),
  event('say "hi"', "1", "a name with quotes and a space"),
  event("привет 😀", "1", "a name beyond ASCII"),
  event("message", "1", "the name that values without a name get"),
  event("pusher", "1", "a name that is nearly reserved"),
  event("Pusher:error", "1", "a name that differs in case from a reserved one"),
  event(long, "1", "a name of 200 characters"),
  { ...event("greet", '"hello"', "a string becomes its content"), data: "hello" },
  { ...event("greet", '""', "an empty string becomes nothing"), data: "" },
  {
    ...event("greet", '"line\\nfeed \\"q\\" \\u00e9"', "a string's escapes are its content's"),
    data: 'line\nfeed "q" é',
  },
  event("greet", '"12"', "a string that is JSON keeps its quotes"),
  event("greet", '"{\\"a\\":1.0}"', "a string that is a JSON object keeps its quotes"),
  event("greet", '"\\"q\\""', "a string that is a JSON string keeps its quotes"),
  event("greet", '"null"', "a string that says null keeps its quotes"),
  { value: '{"data":{"a":1.0},"type":"greet"}', event: "greet", data: '{"a":1.0}', why: "the other order" },
  {
    value: '{ "type" : "greet" , "data" : { "a" : 1.0 } }',
    event: "greet",
    data: '{ "a" : 1.0 }',
    why: "spaces between the parts",
  },
  {
    value: '{"t\\u0079pe":"gr\\u0065et","data":1}',
    event: "greet",
    data: "1",
    why: "escapes in key and name",
  },
  whole('{"type":"greet","data":1,"extra":1}', "a third key: no key is lost"),
  whole('{"__proto__":1,"type":"greet","data":1}', "a third key, whatever it is called"),
  whole('{"type":"greet"}', "no data"),
  whole('{"data":1}', "no type"),
  whole('{"type":5,"data":1}', "a type that is no string"),
  whole('{"type":null,"data":1}', "a type that is null"),
  whole('{"Type":"greet","data":1}', "a key that differs in case"),
  whole('{"type":"","data":1}', "an empty type"),
  whole(`{"type":"${long}x","data":1}`, "a type of 201 characters"),
  whole('{"type":"pusher:error","data":{"code":4009}}', "a type of the protocol's"),
  whole('{"type":"pusher:","data":1}', "a type of the protocol's prefix alone"),
  whole('{"type":"pusher_internal:member_added","data":{"user_id":"x"}}', "a type of the protocol's inside"),
  whole('{"type":"\\u0070usher:error","data":1}', "a type of the protocol's in escapes"),
  whole('{"type":"pusher\\u003aerror","data":1}', "a type of the protocol's with its colon escaped"),
  whole("{}", "an empty object"),
  whole("[]", "an empty array"),
  whole('["type","data"]', "an array"),
  whole("12345678901234567890", "a number beyond doubles"),
  whole("1.0", "a number with a zero behind the point"),
  whole("true", "a boolean"),
  whole('{"a":{"b":[1.0,"x"]}}', "any object"),
  whole('"hello"', "a string becomes its content", "hello"),
  whole('"привет 😀"', "a string beyond ASCII", "привет 😀"),
  whole('"12"', "a string that is JSON keeps its quotes"),
  whole('"{\\"type\\":\\"greet\\",\\"data\\":1}"', "a string that holds an event keeps its quotes"),
];

/** JSON that only an API can publish: a line feed splits a client's frame. */
export const brokenLines: readonly CentrifugoForm[] = [
  {
    value: '{"type":"greet",\n"data":{\n"a":1.0\r\n}}',
    event: "greet",
    data: '{"a":1.0\r}',
    why: "an event",
  },
  whole('{\n"a": [1.0,\n 2]\n}', "any value", '{"a": [1.0, 2]}'),
];

export const pusherForms: readonly PusherForm[] = [
  { data: '{"a":1}', value: '{"a":1}', why: "an object" },
  { data: "12345678901234567890", value: "12345678901234567890", why: "a number beyond doubles" },
  { data: "1.0", value: "1.0", why: "a number with a zero behind the point" },
  {
    data: '{"a":1.0,"b":[12345678901234567890,1e400]}',
    value: '{"a":1.0,"b":[12345678901234567890,1e400]}',
    why: "numbers inside",
  },
  { data: "null", value: "null", why: "null" },
  { data: "hello", value: '"hello"', why: "a string that is no JSON becomes a JSON string" },
  { data: "", value: '""', why: "nothing becomes an empty string" },
  { data: 'say "hi" \\ \t', value: '"say \\"hi\\" \\\\ \\t"', why: "quotes, backslashes, tabs" },
  { data: "line\nfeed", value: '"line\\nfeed"', why: "a line feed in text" },
  { data: "{bad", value: '"{bad"', why: "nearly JSON" },
  { data: "01", value: '"01"', why: "nearly a number" },
  { data: "NaN", value: '"NaN"', why: "no number of JSON's" },
  { data: "привет 😀", value: '"привет 😀"', why: "text beyond ASCII" },
  { data: '{"s":"\\u00e9 é 😀"}', value: '{"s":"\\u00e9 é 😀"}', why: "escapes inside" },
  { data: '"hello"', value: '"hello"', why: "a JSON string" },
  { data: '"12"', value: '"12"', why: "a JSON string that holds JSON" },
  { data: '"{\\"a\\":1.0}"', value: '"{\\"a\\":1.0}"', why: "a JSON string that holds an object" },
  { data: '{\n"a": [1.0,\n 2]\n}', value: '{"a": [1.0, 2]}', why: "line feeds between the parts" },
  {
    data: '{"type":"pusher:error","data":1}',
    value: '{"type":"pusher:error","data":1}',
    why: "an event inside",
  },
];

export const clientForms: readonly ClientForm[] = [
  { sent: '{"a":1.0}', value: '{"a":1.0}', why: "an object" },
  { sent: "12345678901234567890", value: "12345678901234567890", why: "a number beyond doubles" },
  { sent: "1.0", value: "1.0", why: "a number with a zero behind the point" },
  { sent: "null", value: "null", why: "null" },
  { sent: '[1.0, "x"]', value: '[1.0, "x"]', why: "an array" },
  { sent: '{ "s" : "\\u00e9 é 😀" }', value: '{ "s" : "\\u00e9 é 😀" }', why: "escapes and spaces" },
  { sent: '{"a":\n1.0}', value: '{"a":1.0}', why: "a line feed between the parts" },
  { sent: '"hello"', value: '"hello"', why: "a string that is no JSON" },
  { sent: '""', value: '""', why: "an empty string" },
  { sent: '"{\\"a\\":1.0}"', value: '{"a":1.0}', why: "a string that is JSON becomes it" },
  {
    sent: '"12345678901234567890"',
    value: "12345678901234567890",
    why: "a string that is a number becomes it",
  },
  { sent: '"\\"12\\""', value: '"12"', why: "a string that is a JSON string becomes it" },
  { sent: '"line\\nfeed"', value: '"line\\nfeed"', why: "a string with a line feed" },
];
