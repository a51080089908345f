/**
 * Indents JSON without reading it into values: numbers and escapes stay as they went over the wire. Frames of several
 * lines are indented line by line. What is no JSON comes back as it is.
 */
export function indentJson(text: string): string {
  return text
    .split("\n")
    .map((line) => (isJson(line) ? indented(line) : line))
    .join("\n");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

function indented(json: string): string {
  const tokens = json.match(token) ?? [];
  let out = "";
  let depth = 0;
  const newLine = (): string => `\n${"  ".repeat(depth)}`;
  tokens.forEach((part, index) => {
    const opens = part === "{" || part === "[";
    const closes = part === "}" || part === "]";
    const before = tokens[index - 1];
    const empty = closes && (before === "{" || before === "[");
    if (closes) depth -= 1;
    if (closes && !empty) out += newLine();
    out += part === ":" ? ": " : part;
    if (opens) depth += 1;
    const after = tokens[index + 1];
    if (part === "," || (opens && after !== "}" && after !== "]")) out += newLine();
  });
  return out;
}
