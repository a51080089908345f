import { connect, type Socket } from "node:net";
import type { Clock } from "../core/clock.ts";

export interface GraphiteSettings {
  readonly host: string;
  readonly port: number;
  /** What every name begins with, the node's name in it; no dot at its end. */
  readonly prefix: string;
  /** Milliseconds from one push to the next. */
  readonly interval: number;
  /** Labels go as tags, not as parts of the name. */
  readonly tags: boolean;
}

export interface GraphiteParts {
  /** The numbers in Prometheus' text format. */
  readonly read: () => Promise<string>;
  /** A push that did not arrive. */
  readonly failed: () => void;
  /** Something an operator should know. */
  readonly notice: (message: string) => void;
}

/** One push may take so long at most, and never longer than the interval. Milliseconds. */
const patience = 5_000;

/**
 * Tells Graphite the numbers, by its plain text protocol, on a connection of its own each time: nothing is kept for a
 * Graphite that is away, and there is never more than one push under way.
 */
export class Graphite {
  private readonly address: string;
  private readonly limit: number;
  private stop: (() => void) | undefined = undefined;
  private pushing = false;
  private failing = false;
  private socket: Socket | undefined = undefined;

  constructor(
    private readonly settings: GraphiteSettings,
    private readonly parts: GraphiteParts,
  ) {
    this.address = `${settings.host}:${settings.port}`;
    this.limit = Math.min(settings.interval, patience);
  }

  start(clock: Clock): void {
    this.stop ??= clock.every(this.settings.interval, () => {
      if (!this.pushing) void this.push(clock.now());
    });
  }

  end(): void {
    this.stop?.();
    this.socket?.destroy();
  }

  private async push(now: number): Promise<void> {
    this.pushing = true;
    try {
      const lines = graphiteLines(await this.parts.read(), this.settings, Math.floor(now / 1000));
      await this.send(lines);
      if (this.failing) this.parts.notice(`graphite: ${this.address} takes the numbers again`);
      this.failing = false;
    } catch (cause) {
      this.parts.failed();
      if (!this.failing)
        this.parts.notice(`graphite: ${this.address} does not take the numbers: ${reasonOf(cause)}`);
      this.failing = true;
    } finally {
      this.pushing = false;
    }
  }

  private send(text: string): Promise<void> {
    const { host, port } = this.settings;
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      this.socket = socket;
      const timer = setTimeout(() => {
        socket.destroy(new Error(`no end within ${this.limit} ms`));
      }, this.limit);
      socket.on("connect", () => {
        socket.end(text);
      });
      // Graphite has nothing to say; what comes all the same is dropped.
      socket.resume();
      socket.on("error", reject);
      socket.on("close", (broken) => {
        clearTimeout(timer);
        this.socket = undefined;
        if (broken) reject(new Error("broken off"));
        else resolve();
      });
    });
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "failed";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}

const sample = /^([a-zA-Z0-9_:]+)(?:\{(.*)\})? (\S+)$/;
const labelled = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** One line for each sample that is a number. */
export function graphiteLines(
  metrics: string,
  { prefix, tags }: Pick<GraphiteSettings, "prefix" | "tags">,
  seconds: number,
): string {
  let lines = "";
  for (const line of metrics.split("\n")) {
    const [, name, labels = "", value = ""] = sample.exec(line) ?? [];
    if (name === undefined || !Number.isFinite(Number(value))) continue;
    const pairs = [...labels.matchAll(labelled)].map(([, label = "", of = ""]) => [label, of] as const);
    const more = tags
      ? pairs.map(([label, of]) => `;${label}=${tagValue(of)}`)
      : pairs.map(([label, of]) => `.${label}.${pathPart(of)}`);
    lines += `${prefix}.${name}${more.join("")} ${value} ${seconds}\n`;
  }
  return lines;
}

/** A part of a name, whatever it was: a dot would begin another. */
export function pathPart(text: string): string {
  return text === "" ? "none" : text.replace(/[^A-Za-z0-9_+:-]/g, "_");
}

function tagValue(text: string): string {
  return text === "" ? "none" : text.replace(/[^\x21-\x7e]|[;~\\]/g, "_");
}
