export { recover } from "./recover.ts";
export type { Gap, PusherLike } from "./recover.ts";
