import { UnauthorizedError, type Centrifuge, type Subscription } from "centrifuge";

import type { Backoff } from "./backoff.ts";
import type { RequestFault } from "./fault.ts";
import type { NoAccessReason, SubscriptionTokens } from "./subscription-tokens.ts";

/** The server's no to a subscription: codes of Centrifugo's errors (103) and unsubscriptions (2000). */
export interface Refusal {
  readonly code: number;
  readonly reason: string;
}

/** `recovering`: this is no first time; `recovered`: and nothing published meanwhile is missing. */
export interface SubscribedHow {
  readonly recovering: boolean;
  readonly recovered: boolean;
}

/** Whoever follows a channel of the socket. */
export interface Follower {
  publication(data: unknown): void;
  subscribed(how: SubscribedHow): void;
  refused(refusal: Refusal): void;
  noAccess(reason: NoAccessReason): void;
  /** A try failed; the next one comes by itself. */
  failed(fault: RequestFault | ({ readonly kind: "subscribe" } & Refusal)): void;
}

export interface Following {
  /** Tries again what was refused, or was without access. Does nothing otherwise. */
  retry(): void;
  leave(): void;
}

type Standing =
  | { readonly kind: "joining" }
  | { readonly kind: "subscribed" }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "no-access"; readonly reason: NoAccessReason };

interface Shared {
  readonly name: string;
  isLimited: boolean;
  readonly followers: Set<Follower>;
  subscription: Subscription;
  standing: Standing;
  /** Why the token that was asked for last did not come. */
  noAccess: NoAccessReason;
  /** Tokens in a row that had expired when they were used. */
  expired: number;
}

/** centrifuge's own codes of `unsubscribed`. */
const unsubscribeCalled = 0;
const unauthorized = 1;
/** The server's error that is answered by renewing a token. */
const tokenExpired = 109;

/** One subscription per name, however many follow it: a connection cannot have two of a channel. */
export class SharedSubscriptions {
  readonly #client: Centrifuge;
  readonly #tokens: SubscriptionTokens;
  readonly #backoff: Backoff;
  readonly #byName = new Map<string, Shared>();

  constructor(client: Centrifuge, tokens: SubscriptionTokens, backoff: Backoff) {
    this.#client = client;
    this.#tokens = tokens;
    this.#backoff = backoff;
  }

  /** Follows from the next turn on: the follower is called back after this has returned. */
  follow(name: string, isLimited: boolean, follower: Follower): Following {
    const shared = this.#byName.get(name) ?? this.#opened(name, isLimited);
    shared.followers.add(follower);
    // The name changed its kind, and others follow it still as what it was.
    if (shared.isLimited !== isLimited) {
      shared.isLimited = isLimited;
      this.#renew(shared);
    }
    const retry = (): void => {
      if (shared.followers.has(follower)) this.#retry(shared);
    };
    // It is new to this follower, which has to be told how things stand, or to try again.
    queueMicrotask(() => {
      if (shared.standing.kind === "subscribed" && shared.followers.has(follower))
        follower.subscribed({ recovering: false, recovered: false });
      else retry();
    });
    return {
      retry,
      leave: () => {
        shared.followers.delete(follower);
        if (shared.followers.size > 0 || this.#byName.get(name) !== shared) return;
        this.#byName.delete(name);
        this.#client.removeSubscription(shared.subscription);
      },
    };
  }

  #opened(name: string, isLimited: boolean): Shared {
    const shared: Shared = {
      name,
      isLimited,
      followers: new Set(),
      subscription: this.#subscription(name, isLimited),
      standing: { kind: "joining" },
      noAccess: "left-out",
      expired: 0,
    };
    this.#byName.set(name, shared);
    this.#listen(shared);
    shared.subscription.subscribe();
    return shared;
  }

  #subscription(name: string, isLimited: boolean): Subscription {
    return this.#client.newSubscription(name, {
      // Asked for everywhere, granted where the server keeps what was published.
      recoverable: true,
      minResubscribeDelay: this.#backoff.min,
      maxResubscribeDelay: this.#backoff.max,
      ...(isLimited ? { getToken: () => this.#token(name) } : {}),
    });
  }

  async #token(name: string): Promise<string> {
    const outcome = await this.#tokens.want(name);
    const shared = this.#byName.get(name);
    switch (outcome.kind) {
      case "token":
        return outcome.token;
      case "no-access":
        if (shared !== undefined) shared.noAccess = outcome.reason;
        throw new UnauthorizedError("no access");
      case "fault":
        if (shared !== undefined)
          this.#tell(shared, (follower) => {
            follower.failed(outcome.fault);
          });
        throw new Error(outcome.fault.kind);
    }
  }

  #retry(shared: Shared): void {
    if (shared.standing.kind !== "refused" && shared.standing.kind !== "no-access") return;
    // An open channel keeps its subscription, which knows where in the stream it stood. That of a limited one would
    // come with the token that was refused.
    if (shared.isLimited) this.#renew(shared);
    else {
      shared.standing = { kind: "joining" };
      shared.subscription.subscribe();
    }
  }

  #renew(shared: Shared): void {
    this.#client.removeSubscription(shared.subscription);
    shared.standing = { kind: "joining" };
    shared.subscription = this.#subscription(shared.name, shared.isLimited);
    this.#listen(shared);
    shared.subscription.subscribe();
  }

  #tell(shared: Shared, what: (follower: Follower) => void): void {
    for (const follower of [...shared.followers]) if (shared.followers.has(follower)) what(follower);
  }

  #listen(shared: Shared): void {
    const { subscription } = shared;
    subscription.on("publication", ({ data }) => {
      this.#tell(shared, (follower) => {
        follower.publication(data);
      });
    });
    subscription.on("subscribed", ({ wasRecovering, recovered }) => {
      shared.standing = { kind: "subscribed" };
      shared.expired = 0;
      this.#tell(shared, (follower) => {
        follower.subscribed({ recovering: wasRecovering, recovered });
      });
    });
    subscription.on("subscribing", () => {
      shared.standing = { kind: "joining" };
    });
    subscription.on("unsubscribed", ({ code, reason }) => {
      if (code === unsubscribeCalled || shared.subscription !== subscription) return;
      if (code === unauthorized) {
        const { noAccess } = shared;
        shared.standing = { kind: "no-access", reason: noAccess };
        this.#tell(shared, (follower) => {
          follower.noAccess(noAccess);
        });
        return;
      }
      const refusal = { code, reason };
      shared.standing = { kind: "refused", refusal };
      this.#tell(shared, (follower) => {
        follower.refused(refusal);
      });
    });
    subscription.on("error", ({ type, error }) => {
      // A token that did not come was told where it was asked for.
      if (type === "subscribeToken" || type === "refreshToken") return;
      // Once, a token may have expired on the way. A new one that has, too, is told: clocks may differ.
      if (error.code === tokenExpired && (shared.expired += 1) === 1) return;
      this.#tell(shared, (follower) => {
        follower.failed({ kind: "subscribe", code: error.code, reason: error.message });
      });
    });
  }
}
