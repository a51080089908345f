import type {
  Call,
  CallStatus,
  Camera,
  Code,
  ConsoleState,
  Group,
  Intercom,
  Mark,
  Permission,
} from "../state.ts";
import {
  buildingCameras,
  firstAttached,
  seedCodes,
  seedGroups,
  seedIntercoms,
  seedMarks,
  seedPermissions,
  wireDate,
} from "./seed.ts";

/** Records that a user keeps of each kind; the oldest go first. */
const bound = 200;

/** Records of one kind by their ids, in the order they came. */
export class Records<Value extends { readonly id: number }> {
  private readonly byId: Map<number, Value>;
  private last: number;

  constructor(first: readonly Value[] = []) {
    this.byId = new Map(first.map((value) => [value.id, value]));
    this.last = Math.max(0, ...this.byId.keys());
  }

  get all(): readonly Value[] {
    return [...this.byId.values()];
  }

  get(id: number): Value | undefined {
    return this.byId.get(id);
  }

  /** Makes one with an id that was not there before. */
  add(make: (id: number) => Value): Value {
    this.last += 1;
    const made = make(this.last);
    this.byId.set(made.id, made);
    const [oldest] = this.byId.keys();
    if (this.byId.size > bound && oldest !== undefined) this.byId.delete(oldest);
    return made;
  }

  set(value: Value): Value {
    this.byId.set(value.id, value);
    return value;
  }

  delete(id: number): void {
    this.byId.delete(id);
  }
}

/** What the back end keeps for one user, in memory: a restart begins anew. */
export class Inventory {
  readonly groups = new Records<Group>(seedGroups);
  readonly marks: Records<Mark>;
  readonly intercoms = new Records<Intercom>(seedIntercoms);
  readonly calls = new Records<Call>();
  readonly codes: Records<Code>;
  permissions: readonly Permission[] = seedPermissions;
  private readonly building = new Records<Camera>(buildingCameras);
  private readonly attached = new Set(buildingCameras.slice(0, firstAttached).map(({ id }) => id));
  private archives = 0;

  constructor(private readonly now: () => number) {
    this.marks = new Records(seedMarks(now()));
    this.codes = new Records(seedCodes(now()));
  }

  state(): ConsoleState {
    return {
      cameras: this.building.all.filter(({ id }) => this.attached.has(id)),
      groups: this.groups.all,
      marks: this.marks.all,
      intercoms: this.intercoms.all,
      calls: this.calls.all,
      codes: this.codes.all,
      permissions: this.permissions,
    };
  }

  detached(): readonly Camera[] {
    return this.building.all.filter(({ id }) => !this.attached.has(id));
  }

  /** One of the user's own cameras. */
  camera(id: number): Camera | undefined {
    return this.attached.has(id) ? this.building.get(id) : undefined;
  }

  /** False where there is no such camera. */
  attach(id: number): boolean {
    if (this.building.get(id) === undefined) return false;
    this.attached.add(id);
    return true;
  }

  detach(id: number): boolean {
    return this.attached.delete(id);
  }

  favour(camera: Camera, isFavorite: boolean): Camera {
    return this.building.set({ ...camera, isFavorite });
  }

  ring(intercom: Intercom): Call {
    return this.calls.add((id) => ({
      id,
      intercomId: intercom.id,
      title: intercom.title,
      status: "ring",
      startedAt: wireDate(this.now()),
    }));
  }

  turn(call: Call, status: CallStatus): Call {
    return this.calls.set({ ...call, status });
  }

  /** The next permission in turn is given or taken away. */
  togglePermission(): void {
    const index = this.permissions.findIndex(({ isAllowed }) => !isAllowed);
    this.permissions = this.permissions.map((one, at) => ({
      ...one,
      isAllowed: at !== (index + 1) % this.permissions.length,
    }));
  }

  /** Number of an archive that is ready. */
  nextArchive(): number {
    this.archives += 1;
    return this.archives;
  }
}
