// The second door: for this project's own bench and conformance programs, and without a promise to anybody else.
export { brokerContract } from "./brokers/contract.ts";
export { configSchema } from "./config/schema.ts";
