// The second door: for this project's own bench, conformance and demo programs, and without a promise to anybody else.
export { brokerContract } from "./brokers/contract.ts";
export { configSchema } from "./config/schema.ts";
export type { Site, SiteHost, SitePage } from "./dev-page/site.ts";
export type { Call, Route } from "./http/route.ts";
export { runProcess } from "./process.ts";
