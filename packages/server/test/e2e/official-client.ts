import { Centrifuge, type ConnectedContext, type Options } from "centrifuge";
import { centrifugoUrl } from "./raw-centrifugo.ts";

export interface Seen {
  readonly centrifuge: Centrifuge;
  readonly context: ConnectedContext;
}

/** The official client, connected; or the code that it was refused with. */
export async function connect(url: string, options: Partial<Options> = {}): Promise<Seen | number> {
  const centrifuge = new Centrifuge(centrifugoUrl(url), options);
  return new Promise((resolve) => {
    const refused = (code: number): void => {
      resolve(code);
      centrifuge.disconnect();
    };
    centrifuge.on("connected", (context) => {
      resolve({ centrifuge, context });
    });
    centrifuge.on("disconnected", ({ code }) => {
      refused(code);
    });
    centrifuge.on("connecting", ({ code }) => {
      if (code !== 0) refused(code);
    });
    centrifuge.on("error", ({ error }) => {
      if (error.code >= 100) refused(error.code);
    });
    centrifuge.connect();
  });
}

export async function connected(url: string, options: Partial<Options> = {}): Promise<Seen> {
  const seen = await connect(url, options);
  if (typeof seen === "number") throw new Error(`refused with ${seen}`);
  return seen;
}

/** What a promise of the client comes to: its value, or the code of its error. */
export async function codeOr<T>(command: Promise<T>): Promise<T | number> {
  try {
    return await command;
  } catch (cause) {
    return (cause as { code: number }).code;
  }
}
