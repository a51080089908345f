// GET /metrics with 10 channels and with 10,000, each with a client of its own: the median time of a scrape, and its ratio.
import { clients } from "../harness/load.mjs";

const FEW = 10;
const MANY = 10_000;
const WARM_SECONDS = 3;
const SCRAPES = 300;

async function median(url) {
  const times = [];
  for (let i = 0; i < SCRAPES; i++) {
    const start = performance.now();
    const response = await fetch(url);
    const text = await response.text();
    if (!text.includes("twinwire_channels")) throw new Error(`no metrics: HTTP ${response.status}`);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[SCRAPES / 2];
}

/** The second of two rounds, while `count` clients are there: what is hot is compiled then. */
async function scraping(server, count) {
  const url = `http://127.0.0.1:${server.port}/metrics`;
  let scraped;
  const onReady = () => {
    scraped = new Promise((done) => setTimeout(done, 1000)).then(() => median(url)).then(() => median(url));
    scraped.catch(() => {}); // told below
  };
  // The window is far longer than the scrapes take: nobody leaves meanwhile.
  await clients(server, { count, seconds: 10, warm: WARM_SECONDS, onReady });
  return scraped;
}

export default {
  name: "scrape",
  subjects: ["pusher"],
  async measure(server) {
    const few = await scraping(server, FEW);
    const many = await scraping(server, MANY);
    return { few, ratio: many / few };
  },
  rows: [
    { measure: "a scrape at 10 channels", subject: "pusher", value: "few", unit: "ms" },
    {
      measure: "a scrape at 10,000 channels, in those at 10",
      subject: "pusher",
      value: "ratio",
      unit: "x",
      limit: { max: 1.2 },
    },
  ],
};
