import type { Gatekeeper, Proposal, PublishPermit } from "../../../core/gatekeeper.ts";
import { Refusal, refuse } from "../../../core/refusal.ts";
import type { Session } from "../../../core/session.ts";
import { parseMessage, undecodable } from "../api/message.ts";
import type { Params } from "../api/params.ts";
import { fitsFormat } from "../data-format.ts";
import { Disconnect } from "../outcome.ts";
import { isDenial, outcomeOf, type Proxy, WrongResult } from "./proxy.ts";

/** Asks the publish proxies, about clients of either wire (B5). */
export class PublishProxies implements Gatekeeper {
  /** @param proxies by namespace, the empty name for `without_namespace` */
  constructor(private readonly proxies: ReadonlyMap<string, Proxy>) {}

  async publishing(session: Session, proposal: Proposal): Promise<PublishPermit | Refusal> {
    const { traits, content, by } = proposal;
    const proxy = this.proxies.get(traits.namespace.name);
    if (proxy === undefined) return refuse("internal", "the namespace has no publish proxy");
    const data = proxy.data(content);
    if (data instanceof Refusal) return data;
    const fields = { ...data, user: JSON.stringify(by.user), channel: JSON.stringify(traits.name) };
    const said = await proxy.ask(session, fields, (result) => permitOf(proposal, result));
    if (!isDenial(said)) return said;
    const outcome = outcomeOf(said);
    if (!(outcome instanceof Disconnect)) return outcome;
    session.close(outcome.closure);
    return refuse("permission-denied", outcome.closure.reason);
  }
}

function permitOf({ traits, content }: Proposal, result: Params | undefined): PublishPermit | WrongResult {
  if (result === undefined) return plain(content);
  const { content: given, ...rest } = parseMessage(result);
  if (given === undecodable) return new WrongResult("b64data is no base64");
  const chosen = given === "none" || isNull(given) ? content : given;
  if (!fitsFormat(chosen, traits.namespace.dataFormat))
    return new WrongResult("the data is not in the namespace's publication_data_format");
  return { ...rest, content: chosen };
}

/** `null` says nothing: what the client published stays. */
function isNull(content: PublishPermit["content"]): boolean {
  return content.kind === "json" && content.text === "null";
}

function plain(content: PublishPermit["content"]): PublishPermit {
  return {
    content,
    tags: undefined,
    skipHistory: false,
    idempotencyKey: undefined,
    version: undefined,
    delta: false,
  };
}
