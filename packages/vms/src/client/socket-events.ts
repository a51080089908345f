import { BehaviorSubject, Subject, filter, type Observable } from "rxjs";
import type { VMSCallSocket, VMSErrorSocket, VMSSocketName, VMSSocketValues } from "./socket-values.ts";

/**
 * One observable for each name of the Android guide; none ever completes or fails. `vmsCancelCallSocket` and
 * `vmsErrorSocket` replay their last value to whoever subscribes late, until another user is signed in; the others
 * replay nothing (on Android all but these do, since LiveData keeps its last value).
 */
export type VMSSocketEvents = { readonly [Name in VMSSocketName]: Observable<VMSSocketValues[Name]> };

type Sinks = { readonly [Name in VMSSocketName]: { next(value: VMSSocketValues[Name]): void } };
type Subjects = {
  readonly [Name in Exclude<VMSSocketName, "vmsCancelCallSocket" | "vmsErrorSocket">]: Subject<
    VMSSocketValues[Name]
  >;
};

function present<Value>(subject: BehaviorSubject<Value | null>): Observable<Value> {
  return subject.pipe(filter((value) => value !== null));
}

/** The observables, and what feeds them. */
export class SocketEventStreams {
  readonly events: VMSSocketEvents;
  private readonly sinks: Sinks;
  private readonly cancelCall = new BehaviorSubject<VMSCallSocket | null>(null);
  private readonly error = new BehaviorSubject<VMSErrorSocket | null>(null);

  constructor() {
    const subjects: Subjects = {
      vmsLogoutSocket: new Subject(),
      vmsCamerasSocket: new Subject(),
      vmsCamerasFavoriteSocket: new Subject(),
      vmsCamerasGroupsSocket: new Subject(),
      vmsGroupSocket: new Subject(),
      vmsPermissionsSocket: new Subject(),
      vmsMarksSocket: new Subject(),
      vmsIntercomEventSocket: new Subject(),
      vmsArchiveLinkSocket: new Subject(),
      vmsIntercomKeySocket: new Subject(),
      vmsIntercomSocket: new Subject(),
      vmsVisitorSocket: new Subject(),
      vmsVisitHistorySocket: new Subject(),
      vmsAnalyticEventCreatedSocket: new Subject(),
      vmsLayoutsSocket: new Subject(),
      vmsUnknownSocket: new Subject(),
    };
    const open = Object.entries<Pick<Subject<unknown>, "asObservable">>(subjects).map(([name, subject]) => [
      name,
      subject.asObservable(),
    ]);
    this.sinks = { ...subjects, vmsCancelCallSocket: this.cancelCall, vmsErrorSocket: this.error };
    this.events = {
      ...(Object.fromEntries(open) as Omit<VMSSocketEvents, "vmsCancelCallSocket" | "vmsErrorSocket">),
      vmsCancelCallSocket: present(this.cancelCall),
      vmsErrorSocket: present(this.error),
    };
  }

  emit<Name extends VMSSocketName>(name: Name, value: VMSSocketValues[Name]): void {
    this.sinks[name].next(value);
  }

  /** What was replayed was for another user. */
  forget(): void {
    if (this.cancelCall.value !== null) this.cancelCall.next(null);
    if (this.error.value !== null) this.error.next(null);
  }
}

/** Feeds `VMSSocketEvents`. */
export const sharedStreams = new SocketEventStreams();

/**
 * The events of every `VMSPusherApi` of the process, as on Android, where there is one. Where there are several, for
 * several users, `api.events` has those of one.
 */
export const VMSSocketEvents: VMSSocketEvents = sharedStreams.events;
