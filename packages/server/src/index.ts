// The public door: what a program that starts Twinwire itself may rely on.
export { startServer, type Mode, type RunningServer } from "./compose.ts";
export { loadConfig, type Config, type Fault, type Loaded } from "./config/index.ts";
