/** What the console shows, as its back end keeps it for a user. Dates are UTC, as on the wire of VMS. */
export interface ConsoleState {
  readonly cameras: readonly Camera[];
  readonly groups: readonly Group[];
  readonly marks: readonly Mark[];
  readonly intercoms: readonly Intercom[];
  readonly calls: readonly Call[];
  readonly codes: readonly Code[];
  readonly permissions: readonly Permission[];
}

/** The state, and what the control panel can name besides. */
export interface Overview {
  readonly state: ConsoleState;
  /** Cameras of the building that are not attached to the user. */
  readonly detached: readonly Camera[];
  readonly sessions: readonly Session[];
}

export interface DemoUser {
  readonly id: number;
  readonly name: string;
}

export type CameraStatus = "active" | "inactive" | "partial" | "empty" | "initial";

export interface Camera {
  readonly id: number;
  readonly name: string;
  readonly status: CameraStatus;
  readonly isFavorite: boolean;
}

export interface Group {
  readonly id: number;
  readonly name: string;
  /** Ids of its cameras. */
  readonly cameras: readonly number[];
}

/** A mark that somebody made, or what an analytics case saw. */
export interface Mark {
  readonly id: number;
  readonly title: string;
  /** `mark`, or the kind of analytics. */
  readonly type: string;
  readonly cameraId: number;
  readonly from: string;
  readonly to: string;
}

export interface Intercom {
  readonly id: number;
  readonly title: string;
  readonly isOnline: boolean;
}

export const callStatuses = ["ring", "answered", "ended", "missed"] as const;
export type CallStatus = (typeof callStatuses)[number];

export interface Call {
  readonly id: number;
  readonly intercomId: number;
  readonly title: string;
  readonly status: CallStatus;
  readonly startedAt: string;
}

/** Opens a door until it expires. */
export interface Code {
  readonly id: number;
  readonly intercomId: number;
  readonly title: string;
  readonly code: string;
  readonly expiredAt: string | undefined;
}

export interface Permission {
  readonly name: string;
  readonly displayName: string;
  readonly isAllowed: boolean;
}

/** A login of a user; its id is the access token's. */
export interface Session {
  readonly id: string;
  readonly startedAt: string;
}

/** What a login answers with. */
export interface Login {
  readonly token: string;
  /** Milliseconds that the token is good for, from now. */
  readonly expiresIn: number;
  /** Gets further tokens of the same session. */
  readonly renewal: string;
  readonly session: string;
  readonly user: DemoUser;
}
