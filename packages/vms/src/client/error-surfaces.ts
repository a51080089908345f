import { BehaviorSubject } from "rxjs";
import type { VMSSocketManagerDelegate } from "./delegate.ts";
import { PusherError, vmsPusherErrorHandler, type VMSPusherError } from "./pusher-error.ts";

type Method = keyof VMSSocketManagerDelegate;

/** The delegate and the two subjects, which all hear of every error; what the delegate throws is an error too. */
export class ErrorSurfaces {
  delegate: Partial<VMSSocketManagerDelegate> | undefined;
  readonly errors = new BehaviorSubject<VMSPusherError | null>(null);

  report(error: PusherError): void {
    this.publish(error);
    this.tell("receivedError", (delegate) => delegate.receivedError?.(error));
  }

  /** Calls a method of the delegate, if there is one. */
  tell(method: Method, call: (delegate: Partial<VMSSocketManagerDelegate>) => unknown): void {
    if (this.delegate === undefined) return;
    try {
      const result = call(this.delegate);
      // A method may well be asynchronous.
      if (result instanceof Promise) {
        result.catch((cause: unknown) => {
          this.threw(method, cause);
        });
      }
    } catch (cause) {
      this.threw(method, cause);
    }
  }

  /** What was replayed was another user's. */
  forget(): void {
    if (this.errors.value !== null) this.errors.next(null);
    if (vmsPusherErrorHandler.value !== null) vmsPusherErrorHandler.next(null);
  }

  private threw(method: Method, cause: unknown): void {
    const error = new PusherError(`The delegate's ${method} threw`, { kind: "delegate", method }, cause);
    if (method === "receivedError") this.publish(error);
    else this.report(error);
  }

  private publish(error: PusherError): void {
    const { message } = error;
    this.errors.next({ message, error });
    vmsPusherErrorHandler.next({ message, error });
  }
}
