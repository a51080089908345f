import type { App } from "../../../core/app.ts";
import type { Clock } from "../../../core/clock.ts";
import { Hub } from "../../../core/hub.ts";
import { nodeId } from "../../../core/ids.ts";
import type { Observer } from "../../../core/observer.ts";
import type { ClusterNode } from "../two-node-broker.ts";
import { PlannedFailure } from "../ways.ts";
import { simulatedApp } from "./app.ts";
import { SimulatedFanout } from "./client.ts";
import { Violation } from "./view.ts";

export interface SimulatedNode {
  readonly name: string;
  readonly hub: Hub;
  readonly app: App;
  readonly fanout: SimulatedFanout;
  readonly broker: ClusterNode;
}

interface NodeParts {
  readonly broker: ClusterNode;
  readonly clock: Clock;
  /** Hears what happened where nobody could catch it. */
  readonly blame: (violation: Violation) => void;
}

/** A real hub on the simulated store. */
export function openNode(name: string, { broker, clock, blame }: NodeParts): SimulatedNode {
  const app = simulatedApp();
  const fanout = new SimulatedFanout();
  const hub = new Hub({ node: nodeId(name), broker, fanout, clock, observer: observer(blame) }, [app]);
  broker.open(hub);
  return { name, hub, app, fanout, broker };
}

export function observer(blame: NodeParts["blame"]): Observer {
  const nothing = (): void => undefined;
  return {
    connected: nothing,
    disconnected: nothing,
    subscriptions: nothing,
    channels: nothing,
    received: nothing,
    sent: nothing,
    recovered: nothing,
    published: nothing,
    refused: nothing,
    authRefused: nothing,
    dropped: nothing,
    notice: nothing,
    defect(where, cause) {
      if (!(cause instanceof PlannedFailure)) blame(new Violation(`a defect in ${where}: ${String(cause)}`));
    },
  };
}
