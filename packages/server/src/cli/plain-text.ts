const commanding = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** What others wrote, without what would command the terminal: line breaks, escapes, changes of direction. */
export function plainText(text: string): string {
  return text.replace(commanding, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
