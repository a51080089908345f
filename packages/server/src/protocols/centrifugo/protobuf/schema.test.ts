import { ScalarType, type DescField } from "@bufbuild/protobuf";
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { file_client } from "./client_pb.ts";

function typeOf(field: DescField): string {
  const one = field.message?.name ?? ScalarType[field.scalar ?? 0]?.toLowerCase() ?? "";
  if (field.fieldKind === "list") return `repeated ${one}`;
  return field.fieldKind === "map" ? `map<string, ${one}>` : one;
}

/** `Message type name = number` of every field of client.proto. */
function written(): string[] {
  const proto = readFileSync(new URL("client.proto", import.meta.url), "utf8");
  const messages = [...proto.matchAll(/^message (\w+) \{([^}]*)\}/gm)];
  return messages.flatMap(([, message = "", body = ""]) => [
    `message ${message}`,
    ...[...body.matchAll(/^ {2}(\w[^;=]*) = (\d+);$/gm)].map(
      ([, what, number]) => `${message} ${what} = ${number}`,
    ),
  ]);
}

test("the generated code has exactly the messages and fields of client.proto; else run npm run proto", () => {
  const generated = file_client.messages.flatMap((message) => [
    `message ${message.name}`,
    ...message.fields.map((field) => `${message.name} ${typeOf(field)} ${field.name} = ${field.number}`),
  ]);
  expect(generated.length).toBeGreaterThan(150);
  expect(generated).toEqual(written());
});
