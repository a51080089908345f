/** Longer texts are not spelt anew: they would be work that anybody can ask for. */
const longest = 4_096;
const structure = /"(?:[^"\\]|\\.)*"|[:,]/g;
const beyondAscii = /[\u0080-\uffff]/g;

/**
 * The same JSON as other libraries print it: whoever signs one spelling and sends another has signed another text.
 * Empty where the text is no JSON.
 */
export function jsonSpellings(text: string): readonly string[] {
  if (text.length > longest) return [];
  let compact: string;
  try {
    compact = JSON.stringify(JSON.parse(text));
  } catch {
    return [];
  }
  // Python's json.dumps: a space behind colons and commas, nothing beyond ASCII.
  const spaced = compact.replace(structure, (part) => (part.length === 1 ? `${part} ` : part));
  // PHP's json_encode: slashes are escaped, and nothing is beyond ASCII.
  const slashed = compact.replaceAll("/", "\\/");
  const spellings = [compact, spaced, escaped(compact), escaped(spaced), slashed, escaped(slashed)];
  return [...new Set(spellings)].filter((spelling) => spelling !== text);
}

function escaped(text: string): string {
  return text.replace(beyondAscii, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
