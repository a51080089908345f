/** Asks one of the routes behind a page for JSON. Rejects with the server's own words where it refuses. */
export async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(path, init);
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body;
  const said = typeof body === "object" && body !== null && "error" in body ? String(body.error) : "";
  throw new Error(said === "" ? `${path} answered with status ${response.status}` : said);
}
