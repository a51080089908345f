import type { NamespaceOptions } from "../../core/namespace.ts";
import type { Content } from "../../core/publication.ts";

const objectStart = /^[ \t\r\n]*\{/;

/** Whether a namespace's `publication_data_format` takes a content: anything but nothing, JSON, a JSON object, or any bytes. */
export function fitsFormat(content: Content, format: NamespaceOptions["dataFormat"]): boolean {
  switch (format) {
    case "":
      return content.kind !== "bytes" || content.bytes.length > 0;
    case "json":
      return content.kind !== "bytes";
    case "json_object":
      return content.kind === "event" || (content.kind === "json" && objectStart.test(content.text));
    case "binary":
      return true;
  }
}
