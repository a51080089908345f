import type { Fault } from "./faults.ts";
import type { AppConfig, Config } from "./schema.ts";

/** Headers that say what the request is, and which pair has signed it. */
const taken: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "host",
  "transfer-encoding",
  "user-agent",
  "x-pusher-key",
  "x-pusher-signature",
  "x-twinwire-event-ids",
]);

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerValue = /^[\t\x20-\x7e]*$/;

function headerFaults(path: string, headers: Readonly<Record<string, string>>): readonly Fault[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const at = `${path}.${name}`;
    if (!headerName.test(name)) return [{ path: at, message: "is no name of a header" }];
    if (taken.has(name.toLowerCase())) return [{ path: at, message: "is set by the server" }];
    if (!headerValue.test(value)) return [{ path: at, message: "must be printable ASCII" }];
    return [];
  });
}

export function webhookFaults(path: string, app: AppConfig): readonly Fault[] {
  return app.webhooks.flatMap((webhook, index) => {
    const at = `${path}.webhooks[${index}]`;
    const counted = webhook.events.includes("subscription_count") && !app.subscription_count;
    return [
      ...headerFaults(`${at}.headers`, webhook.headers),
      ...(counted
        ? [{ path: `${at}.events`, message: `subscription_count needs ${path}.subscription_count` }]
        : []),
    ];
  });
}

/** A try of no time would always fail. */
export function deliveryFaults({ webhooks }: Config): readonly Fault[] {
  return webhooks.timeout > 0 ? [] : [{ path: "webhooks.timeout", message: "must be above 0" }];
}
