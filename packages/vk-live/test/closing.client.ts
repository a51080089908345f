// Run as a process of its own, which has to end by itself: it never calls exit.
import { VkLive } from "@twinwire/vk-live";

const [api = "", socket = ""] = process.argv.slice(2);
const live = new VkLive({ token: "ann-token", api, socket });
const channel = live.channel("night-owl");
// One that is not there, and one that is still being looked up at the end.
live.channel("day-owl");
live.connect();
await channel.ready;
live.channel("night-owl");
live.close();
