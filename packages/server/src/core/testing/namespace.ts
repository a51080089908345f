import type { NamespaceOptions } from "../namespace.ts";

const nobody = { client: false, subscriber: false, anonymous: false };

/** A namespace in which nothing is allowed and nothing kept, but what is given. */
export function testNamespace(given: Partial<NamespaceOptions> = {}): NamespaceOptions {
  return {
    name: "",
    presence: false,
    joinLeave: false,
    forcePushJoinLeave: false,
    history: { size: 0, ttl: 0, metaTtl: 3_600_000 },
    forcePositioning: false,
    allowPositioning: false,
    forceRecovery: false,
    allowRecovery: false,
    recoveryMode: "stream",
    autoRecover: false,
    deltas: false,
    deltaPublish: false,
    tagFilters: false,
    pusherRecovery: 0,
    subscribe: nobody,
    publish: nobody,
    presenceAccess: nobody,
    historyAccess: nobody,
    userLimited: false,
    pattern: undefined,
    dataFormat: "",
    ...given,
  };
}
