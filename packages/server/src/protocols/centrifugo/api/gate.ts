import type { Answer } from "../../../core/answer.ts";
import type { Observer } from "../../../core/observer.ts";
import { readText } from "../../../http/body.ts";
import type { Route } from "../../../http/route.ts";
import type { Door } from "./door.ts";
import { type Site, source } from "./site.ts";

type Handler = (site: Site, body: string, request: Request) => Answer<Response>;

/** What every route asks of a request before it is read: a POST, the key, a body of some size. */
export class Gate {
  constructor(
    private readonly door: Door,
    private readonly settings: { readonly bodyLimit: number; readonly observer: Observer },
  ) {}

  route(path: string, handler: Handler): Route {
    const { bodyLimit, observer } = this.settings;
    const refused = (status: number, reason: string, text: string | null): Response => {
      observer.refused(source, reason);
      return new Response(text, { status });
    };
    return {
      path,
      prefix: false,
      handle: (call) => {
        const { request } = call;
        if (request.method !== "POST") return refused(405, "method-not-allowed", "Method Not Allowed\n");
        const site = this.door.admit(call);
        if (site === undefined) return refused(401, "unauthorized", null);
        return readText(request, bodyLimit).then((body) =>
          body === undefined
            ? refused(413, "body-too-big", "Request Entity Too Large\n")
            : handler(site, body, request),
        );
      },
    };
  }
}
