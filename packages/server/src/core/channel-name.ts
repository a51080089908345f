import type { ChannelName, UserId } from "./ids.ts";
import { channelName, userId } from "./ids.ts";
import type { NamespaceOptions } from "./namespace.ts";

/** What the prefix of a name says, by the grammar of the wire that gives prefixes a meaning (B1). */
export interface Prefix {
  readonly kind: "open" | "closed" | "user";
  /** Characters before the rest of the name. */
  readonly length: number;
  readonly presence: boolean;
  readonly cache: boolean;
  readonly encrypted: boolean;
}

/** A wire's grammar of names. Only where apps are configured do names have prefixes. */
export interface NameGrammar {
  /** One of a few objects, the same for all names that begin so: what names share is kept for each. */
  prefix(name: string): Prefix;
  /** Whether that wire can reach a channel of this name. `namespace` is configured, and what stands before the first `:`. */
  reaches(name: string, namespace: string | undefined): boolean;
}

/** Everything that a channel's name decides. */
export interface ChannelTraits {
  readonly name: ChannelName;
  readonly kind: "open" | "closed" | "user";
  /** Whose channel it is, where `kind` is `user`. */
  readonly owner: UserId;
  readonly presence: boolean;
  readonly cache: boolean;
  readonly encrypted: boolean;
  /** Both wires can reach it: limits of client publications bind both (B5), bytes have no place there (B12). */
  readonly bridged: boolean;
  readonly namespace: NamespaceOptions;
  /** The namespace is a configured one, not `without_namespace`. */
  readonly named: boolean;
  /** Starts with Centrifugo's private prefix: opens with a token only. */
  readonly tokenOnly: boolean;
  /** The users that the name itself lets in, where its namespace has user-limited channels; undefined = the name limits nobody. */
  readonly allowedUsers: readonly string[] | undefined;
  /** The namespace's `channel_regex` matches, or without one the name is ASCII. */
  readonly wellFormed: boolean;
}

const plain: Prefix = { kind: "open", length: 0, presence: false, cache: false, encrypted: false };
/** Names mean nothing but their namespace: a server without apps. */
export const plainGrammar: NameGrammar = { prefix: () => plain, reaches: () => false };

const ascii = /^[\x00-\x7f]*$/;

export interface NamingSettings {
  readonly namespaces: ReadonlyMap<string, NamespaceOptions>;
  readonly withoutNamespace: NamespaceOptions;
  /** Beginnings of channel names and the namespace that each stands for (`apps[].namespaces`). */
  readonly prefixes: ReadonlyMap<string, string>;
  readonly privatePrefix: string;
  readonly boundary: string;
  readonly userBoundary: string;
  readonly userSeparator: string;
  readonly grammar: NameGrammar;
}

interface Flags {
  readonly tokenOnly: boolean;
  readonly bridged: boolean;
  readonly wellFormed: boolean;
}

/** What all names of a kind have in common: there are few kinds, and many names. */
interface Kind extends Flags {
  readonly prefix: Prefix;
  readonly namespace: NamespaceOptions;
  readonly named: boolean;
  readonly settings: NamingSettings;
}

/** A name, and what it shares with others of its kind: every channel keeps its traits, so they are small. */
class Traits implements ChannelTraits {
  constructor(
    readonly name: ChannelName,
    private readonly own: Kind,
  ) {}

  get kind(): ChannelTraits["kind"] {
    return this.own.prefix.kind;
  }

  get owner(): UserId {
    const { kind, length } = this.own.prefix;
    return userId(kind === "user" ? this.name.slice(length) : "");
  }

  get presence(): boolean {
    return this.own.prefix.presence;
  }

  get cache(): boolean {
    return this.own.prefix.cache;
  }

  get encrypted(): boolean {
    return this.own.prefix.encrypted;
  }

  get bridged(): boolean {
    return this.own.bridged;
  }

  get namespace(): NamespaceOptions {
    return this.own.namespace;
  }

  get named(): boolean {
    return this.own.named;
  }

  get tokenOnly(): boolean {
    return this.own.tokenOnly;
  }

  get wellFormed(): boolean {
    return this.own.wellFormed;
  }

  get allowedUsers(): readonly string[] | undefined {
    const { namespace, prefix, settings } = this.own;
    if (!namespace.userLimited || settings.userBoundary === "" || prefix.kind === "user") return undefined;
    const at = this.name.lastIndexOf(settings.userBoundary);
    return at < 0
      ? undefined
      : this.name.slice(at + settings.userBoundary.length).split(settings.userSeparator);
  }
}

function longestFirst({
  namespaces,
  prefixes,
}: NamingSettings): readonly (readonly [string, NamespaceOptions])[] {
  const known: [string, NamespaceOptions][] = [];
  for (const [prefix, name] of prefixes) {
    const namespace = namespaces.get(name);
    if (namespace !== undefined) known.push([prefix, namespace]);
  }
  return known.toSorted((a, b) => b[0].length - a[0].length);
}

/** Resolves the names of one app. Traits keep the rules that they were made by; whoever resolves a name has the newest. */
export class ChannelNaming {
  private kinds = new Map<Prefix, Map<NamespaceOptions, Kind[]>>();
  /** Longest first, so that the first match is the longest. */
  private prefixes: readonly (readonly [string, NamespaceOptions])[];

  constructor(private settings: NamingSettings) {
    this.prefixes = longestFirst(settings);
  }

  /** Names are resolved by other rules from here on. */
  adopt(settings: NamingSettings): void {
    this.settings = settings;
    this.prefixes = longestFirst(settings);
    this.kinds = new Map();
  }

  /** The traits of a name, or undefined where it names a namespace that is not configured. */
  traits(name: string): ChannelTraits | undefined {
    const { privatePrefix, boundary, grammar, withoutNamespace } = this.settings;
    const prefix = grammar.prefix(name);
    const tokenOnly = privatePrefix !== "" && name.startsWith(privatePrefix);
    const start = tokenOnly ? privatePrefix.length : 0;
    const colon = boundary === "" ? -1 : name.indexOf(boundary, start);
    let namespace: NamespaceOptions | undefined;
    if (colon < 0) {
      namespace = this.byPrefix(name) ?? withoutNamespace;
    } else {
      namespace = this.settings.namespaces.get(name.slice(start, colon));
      if (namespace === undefined && prefix.length > 0 && prefix.length <= colon)
        namespace = this.settings.namespaces.get(name.slice(prefix.length, colon));
      if (namespace === undefined) {
        // A user's channel takes its owner's id as it is: a `:` in an id is no namespace.
        if (prefix.kind !== "user") return undefined;
        namespace = withoutNamespace;
      }
    }
    const named = namespace !== withoutNamespace;
    const bridged = grammar.reaches(name, colon >= 0 && named ? name.slice(0, colon) : undefined);
    const rest = colon < 0 ? name : name.slice(colon + boundary.length);
    const wellFormed = namespace.pattern?.test(rest) ?? ascii.test(name);
    return new Traits(channelName(name), this.kindOf(prefix, namespace, { tokenOnly, bridged, wellFormed }));
  }

  private kindOf(prefix: Prefix, namespace: NamespaceOptions, flags: Flags): Kind {
    let byNamespace = this.kinds.get(prefix);
    if (byNamespace === undefined)
      this.kinds.set(prefix, (byNamespace = new Map<NamespaceOptions, Kind[]>()));
    let byFlags = byNamespace.get(namespace);
    if (byFlags === undefined) byNamespace.set(namespace, (byFlags = []));
    const index = (flags.tokenOnly ? 1 : 0) + (flags.bridged ? 2 : 0) + (flags.wellFormed ? 4 : 0);
    const { settings } = this;
    return (byFlags[index] ??= {
      prefix,
      namespace,
      named: namespace !== settings.withoutNamespace,
      settings,
      ...flags,
    });
  }

  private byPrefix(name: string): NamespaceOptions | undefined {
    for (const [prefix, namespace] of this.prefixes) if (name.startsWith(prefix)) return namespace;
    return undefined;
  }
}
