// Where the checkout's own Bun is, found as the launcher finds it, so that nothing but Node and npm is needed.
export { bunPath } from "../packages/server/bin/launcher.mjs";
