import type { Route } from "../http/route.ts";
import type { Metrics } from "./metrics.ts";

/** `GET` of the numbers in Prometheus' text format. They are copied when scraped, and cost nothing before. */
export function metricsRoute(metrics: Metrics, path: string): Route {
  return {
    path,
    prefix: false,
    async handle() {
      return new Response(await metrics.text(), { headers: { "content-type": metrics.contentType } });
    },
  };
}
