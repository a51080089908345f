import { z } from "zod";
import { pathText, type OptionPath } from "./faults.ts";
import { allLeaves, isOwn, type Leaf } from "./schema-walk.ts";

/** What becomes of an option that a file has. */
type State = "works" | "accepted" | "stops the start";

function stateOf({ built, facts }: Leaf): State {
  if (!built) return "stops the start";
  return facts.description?.startsWith("Accepted") === true ? "accepted" : "works";
}

/** What stands for an option that is left out, as it would be written. */
function defaultText({ schema }: Leaf): string {
  if (!(schema instanceof z.ZodPrefault)) return "required";
  const value: unknown = schema.def.defaultValue;
  return `\`${JSON.stringify(value)}\``;
}

/** `channel.namespaces[].name` */
function nameOf(path: OptionPath): string {
  return pathText(path).replaceAll("[0]", "[]");
}

/** Every app has the sections of the top level once more. */
function repeated(path: OptionPath): boolean {
  return path[0] === "apps" && (path[2] === "client" || path[2] === "http_api");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function table(leaves: readonly Leaf[]): string {
  const rows = leaves.map((leaf) => {
    const said = leaf.facts.description ?? "";
    return `| \`${nameOf(leaf.path)}\` | ${cell(defaultText(leaf))} | ${stateOf(leaf)} | ${cell(said)} |`;
  });
  return ["| option | default | state | what it says |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function countText(leaves: readonly Leaf[]): string {
  const of = (state: State): number => leaves.filter((leaf) => stateOf(leaf) === state).length;
  return `${leaves.length} options of Centrifugo v6.9: ${of("works")} work, ${of("accepted")} are accepted and have nothing to do here, ${of("stops the start")} stop the start by name where they ask for something.`;
}

/** All options, as the page in the documents lists them. */
export function optionsPage(): string {
  const all = allLeaves().filter(({ path }) => !repeated(path));
  const theirs = all.filter(({ path }) => !isOwn(path));
  const ours = all.filter(({ path }) => isOwn(path));
  return `# Options

Made from the schema by \`npm run docs:options\`; a test holds the two equal.

${countText(theirs)}

A duration is a text such as \`"25s"\` or \`"1m30s"\`. Every option can come from the environment: \`TWINWIRE_\`, or \`CENTRIFUGO_\` for those that Centrifugo has, and the path in upper case, such as \`TWINWIRE_CLIENT_TOKEN_HMAC_SECRET_KEY\`. An option of a namespace also goes by its name: \`CENTRIFUGO_CHANNEL_NAMESPACES_CHAT_PRESENCE=true\`. \`\${CENTRIFUGO_VAR_X}\` in a text stands for that variable.

Unknown options stop the start with the nearest known name. \`--allow-unknown\` makes them warnings, outside of \`apps\`, \`webhooks\` and \`queues\`. A file of Centrifugo v3 to v5: \`npx twinwire check-config old.json --migrate config.json\`.

## Twinwire's own

${table(ours)}

\`apps[].client\` and \`apps[].http_api\` have the options of \`client\` and \`http_api\` below.

## Centrifugo's

${table(theirs)}
`;
}
