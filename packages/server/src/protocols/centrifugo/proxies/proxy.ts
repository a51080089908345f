import type { Content } from "../../../core/publication.ts";
import { Refusal, refuse } from "../../../core/refusal.ts";
import type { Session } from "../../../core/session.ts";
import type { Params } from "../api/params.ts";
import { contentText } from "../json/publication.ts";
import { protobufEncoder } from "../protobuf/pushes.ts";
import { Disconnect } from "../outcome.ts";
import { badResult, parseAnswer } from "./answer.ts";
import { luggageOf, only, transportOf } from "./luggage.ts";

/** One proxy of the configuration, whatever it is used for. */
export interface ProxySettings {
  /** As an operator knows it: its place in the configuration. */
  readonly shown: string;
  /** Headers of the client's own request that are passed on, in lower case. */
  readonly httpHeaders: readonly string[];
  /** Headers of the client's connect command that are passed on, in lower case. */
  readonly emulatedHeaders: readonly string[];
  readonly staticHeaders: Readonly<Record<string, string>>;
  /** Data goes in base64, and may be any bytes. */
  readonly binary: boolean;
  readonly includeMeta: boolean;
  /** What an HTTP status other than 200 says to the client; of others it is a failure. */
  readonly transforms: ReadonlyMap<number, Refusal | Disconnect>;
}

export interface ProxyRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Looked at when the request has waited for its turn. */
  readonly wanted: () => boolean;
}

/** What came of a request. `unwanted`: it was never made. */
export type Asked =
  | { readonly kind: "answered"; readonly status: number; readonly text: string }
  | { readonly kind: "failed"; readonly failure: string; readonly detail: string };

export interface ProxyPorts {
  /** Makes one request. Never rejects. */
  readonly ask: (request: ProxyRequest) => Promise<Asked>;
  readonly observer: ProxyObserver;
}

/** What is counted and logged of proxies. `failed`: why from a closed list, and a sentence without secrets. */
export interface ProxyObserver {
  answered(shown: string): void;
  failed(shown: string, reason: string, detail: string): void;
  /** The answer came when its client had gone. */
  late(shown: string): void;
}

/** What the application is asked, member by member as JSON text; undefined members are left out. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** The application could not be asked, or gave no answer that can be understood: nobody knows what it wants. */
export class Failure {
  readonly refusal = refuse("internal", "a proxy of the application failed");
}

const failure = new Failure();

/** What the client is told where something went wrong, or the application refused. */
export type Denial = Failure | Refusal | Disconnect;

export function isDenial(said: unknown): said is Denial {
  return said instanceof Failure || said instanceof Refusal || said instanceof Disconnect;
}

/** The outcome of a command that was denied. */
export function outcomeOf(denial: Denial): Refusal | Disconnect {
  return denial instanceof Failure ? denial.refusal : denial;
}

const left = refuse("internal", "the client left while the application was asked");

/** Asks the application about a client of either wire (protocol notes, 7). */
export class Proxy {
  constructor(
    readonly settings: ProxySettings,
    private readonly ports: ProxyPorts,
  ) {}

  /**
   * @param read makes of a result what it says (undefined = a `null` result); whatever of it is faulty is a failure,
   * and so is a `wrong` thing that it finds
   */
  async ask<T>(
    session: Session,
    fields: Fields,
    read: (result: Params | undefined) => T | WrongResult,
  ): Promise<T | Denial> {
    const { shown, transforms } = this.settings;
    const { ask, observer } = this.ports;
    const asked = await ask({
      headers: this.headersFor(session),
      body: this.bodyFor(session, fields),
      wanted: () => !session.closed,
    });
    if (session.closed) {
      observer.late(shown);
      return left;
    }
    if (asked.kind === "failed") return this.failed(asked.failure, asked.detail);
    const { status, text } = asked;
    const transform = transforms.get(status);
    if (transform !== undefined) {
      observer.answered(shown);
      return transform;
    }
    if (status !== 200) return this.failed(statusFailure(status), `status ${status}`);
    const said = parseAnswer(text);
    if (said.kind === "wrong") return this.failed(said.what, said.detail);
    if (said.kind === "refused") {
      observer.answered(shown);
      return said.refusal;
    }
    const { result } = said;
    const made = read(result);
    if (result?.faulty() === true) return this.failed("bad-answer", badResult);
    if (made instanceof WrongResult) return this.failed("bad-answer", made.detail);
    observer.answered(shown);
    return made;
  }

  /** The member that carries a client's data; a refusal where it has no form here. */
  data(content: Content | undefined): Fields | Refusal {
    if (content === undefined || (content.kind === "bytes" && content.bytes.length === 0)) return {};
    if (this.settings.binary) {
      const bytes = content.kind === "bytes" ? content.bytes : Buffer.from(contentText(content) ?? "");
      return { b64data: JSON.stringify(Buffer.from(bytes).toString("base64")) };
    }
    const text = contentText(content);
    return text === undefined
      ? refuse("bad-request", "data that is no JSON needs a proxy with binary_encoding")
      : { data: text };
  }

  private failed(reason: string, detail: string): Failure {
    this.ports.observer.failed(this.settings.shown, reason, detail);
    return failure;
  }

  private bodyFor(session: Session, fields: Fields): string {
    const { binary, includeMeta } = this.settings;
    let text = `{"client":${JSON.stringify(session.clientId)},"transport":"${transportOf(session)}"`;
    text += `,"protocol":"${session.encoder === protobufEncoder ? "protobuf" : "json"}"`;
    text += `,"encoding":"${binary ? "binary" : "json"}"`;
    for (const [name, value] of Object.entries(fields))
      if (value !== undefined) text += `,"${name}":${value}`;
    const { meta } = luggageOf(session);
    if (includeMeta && meta !== undefined) text += `,"meta":${meta}`;
    return `${text}}`;
  }

  /** What comes later wins: the operator's, the client's word, its request (protocol notes, 7.1). */
  private headersFor(session: Session): Readonly<Record<string, string>> {
    const { staticHeaders, emulatedHeaders, httpHeaders } = this.settings;
    const { emulated, http } = luggageOf(session);
    const app = session.app.id;
    return {
      ...staticHeaders,
      ...only(emulated, emulatedHeaders),
      ...only(http, httpHeaders),
      "content-type": "application/json",
      // Two apps may have a user, or a channel, of the same name.
      ...(app === "" ? {} : { "x-twinwire-app": encodeURIComponent(app) }),
    };
  }
}

/** The result has the types that it should, and makes no sense all the same. */
export class WrongResult {
  constructor(readonly detail: string) {}
}

function statusFailure(status: number): string {
  if (status >= 300 && status < 400) return "redirect";
  if (status >= 400 && status < 500) return "status-4xx";
  return status >= 500 && status < 600 ? "status-5xx" : "status-other";
}
