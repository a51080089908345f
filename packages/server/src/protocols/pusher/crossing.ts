import { eachMember, isJson, oneLine } from "../../json-text/slices.ts";
import { eventNameLength } from "./settings.ts";

/** A value of the other wire as this one says it: `data` is the content of a string. */
export interface CrossedEvent {
  readonly name: string;
  readonly data: string;
}

/** The event's name of a value that is no event. */
const plainEvent = "message";
const clientPrefix = "client-";

/** Names that only the server's own messages may have. */
export function isReserved(name: string): boolean {
  return name.startsWith("pusher:") || name.startsWith("pusher_internal:");
}

/**
 * A JSON publication as an event (B10): an object with exactly `type` and `data` is one; any other value is the data of
 * a `message`, whole, so that no key is lost and no event of the protocol can be forged. What a client published is
 * recognisable by its name (B5).
 */
export function crossed(text: string, byClient: boolean): CrossedEvent {
  const event = asEvent(text) ?? { name: plainEvent, data: dataText(text) };
  if (!byClient || event.name.startsWith(clientPrefix)) return event;
  return { name: clientPrefix + event.name, data: event.data };
}

function asEvent(text: string): CrossedEvent | undefined {
  let type: string | undefined;
  let data: string | undefined;
  let members = 0;
  eachMember(text, (key, value) => {
    members += 1;
    if (key === "type") type = value;
    else if (key === "data") data = value;
  });
  if (members !== 2 || type === undefined || data === undefined) return undefined;
  const name = contentOf(type);
  if (name === undefined || name === "" || name.length > eventNameLength || isReserved(name))
    return undefined;
  return { name, data: dataText(data) };
}

const quote = 34;

/** The content of a JSON string; undefined where the text is another value. */
function contentOf(text: string): string | undefined {
  if (text.charCodeAt(0) !== quote) return undefined;
  const value: unknown = text.includes("\\") ? JSON.parse(text) : text.slice(1, -1);
  return typeof value === "string" ? value : undefined;
}

/** What any JSON value can begin with. */
const jsonStart = /^[\s]*[{["\-0-9tfn]/;

/** A JSON value's text; of a string its content, unless that is JSON itself, and would come to be another value. */
function dataText(value: string): string {
  const text = oneLine(value).trim();
  const content = contentOf(text);
  if (content === undefined) return text;
  return jsonStart.test(content) && isJson(content) ? text : content;
}
