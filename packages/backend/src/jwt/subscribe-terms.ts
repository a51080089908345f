/** Options of the channel's namespace that are otherwise for one subscription. */
export interface SubscribeOverride {
  readonly presence?: boolean;
  readonly joinLeave?: boolean;
  readonly forcePushJoinLeave?: boolean;
  readonly forcePositioning?: boolean;
  readonly forceRecovery?: boolean;
}

/** What a subscription has that its user is given, without asking. */
export interface SubscribeTerms {
  /** What others see of the subscriber in this channel. */
  readonly info?: unknown;
  /** What the subscriber is told with the answer. */
  readonly data?: unknown;
  readonly override?: SubscribeOverride;
}

const overrideNames = {
  presence: "presence",
  joinLeave: "join_leave",
  forcePushJoinLeave: "force_push_join_leave",
  forcePositioning: "force_positioning",
  forceRecovery: "force_recovery",
} as const satisfies Record<keyof SubscribeOverride, string>;

/** As the server's tokens and its API have them (protocol notes, 4.1 and 6.2). */
export function wireTerms({ info, data, override }: SubscribeTerms): Readonly<Record<string, unknown>> {
  return {
    ...(info === undefined ? {} : { info }),
    ...(data === undefined ? {} : { data }),
    ...(override === undefined ? {} : { override: wireOverride(override) }),
  };
}

function wireOverride(override: SubscribeOverride): Readonly<Record<string, unknown>> {
  const wire: Record<string, unknown> = {};
  for (const [name, wireName] of Object.entries(overrideNames)) {
    const value = override[name as keyof SubscribeOverride];
    if (value !== undefined) wire[wireName] = { value };
  }
  return wire;
}
