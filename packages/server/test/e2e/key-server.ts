import type { JsonWebKey } from "node:crypto";

/** How a key server behaves. */
export type Manner =
  | "keys"
  | "hang"
  | "hang-in-body"
  | "500"
  | "404"
  | "redirect"
  | "garbage"
  | "html"
  | "huge"
  | "endless"
  | "cut";

/** An identity provider's JSON Web Key Set, on loopback, which may misbehave. */
export class KeyServer implements AsyncDisposable {
  keys: readonly JsonWebKey[] = [];
  manner: Manner = "keys";
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  private readonly hanging: (() => void)[] = [];
  private readonly server: Bun.Server<undefined>;

  constructor(private readonly keysAt?: (path: string) => readonly JsonWebKey[]) {
    this.server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => this.answer(new URL(request.url).pathname),
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const done of this.hanging) done();
    await this.server.stop(true);
  }

  private answer(path: string): Response | Promise<Response> {
    this.asked.push(path);
    const text = JSON.stringify({ keys: this.keysAt?.(path) ?? this.keys });
    switch (this.manner) {
      case "keys":
        return new Response(text, { headers: { "content-type": "application/json" } });
      case "hang":
        return new Promise((resolve) => {
          this.hanging.push(() => {
            resolve(new Response(text));
          });
        });
      case "hang-in-body":
        return new Response(this.slowly(text.slice(0, 10), undefined));
      case "cut":
        return new Response(text.slice(0, -10));
      case "500":
      case "404":
        return new Response(text, { status: Number(this.manner) });
      case "redirect":
        // What it leads to has the keys, and is not asked.
        return new Response(null, { status: 302, headers: { location: `${this.url}/elsewhere` } });
      case "garbage":
        return new Response(crypto.getRandomValues(new Uint8Array(5_000)));
      case "html":
        return new Response("<!doctype html><title>Sign in</title>");
      case "huge":
        return new Response(`${text.slice(0, -1)},"padding":"${"x".repeat(2_000_000)}"}`);
      case "endless":
        return new Response(this.slowly(text.slice(0, -1), "x".repeat(65_536)));
    }
  }

  /** A body that begins so and never ends: with the same over and over, or with nothing more. */
  private slowly(start: string, more: string | undefined): ReadableStream<Uint8Array> {
    const bytes = (part: string): Uint8Array => new TextEncoder().encode(part);
    let begun = false;
    return new ReadableStream({
      pull: async (controller) => {
        if (begun && more === undefined) {
          await new Promise<void>((resolve) => this.hanging.push(resolve));
          controller.close();
          return;
        }
        controller.enqueue(bytes(begun ? (more ?? "") : start));
        begun = true;
      },
    });
  }
}
