import Pusher from "pusher-js";

/** Whether the device has a network. Where nobody can tell (Node, Bun), it has one. */
export interface Network {
  isOnline(): boolean;
  /** Calls back once, when there is a network again; the answer takes the request back. */
  onceOnline(callback: () => void): () => void;
}

/** What pusher-js knows of the network; in browsers that is what the browser knows. */
export const deviceNetwork: Network = {
  isOnline: () => Pusher.Runtime.getNetwork().isOnline(),
  onceOnline(callback) {
    const network = Pusher.Runtime.getNetwork();
    const stop = () => {
      network.unbind("online", heard);
    };
    const heard = () => {
      stop();
      callback();
    };
    network.bind("online", heard);
    return stop;
  },
};
