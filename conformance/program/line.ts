/** One thing that a server has to do (MUST), or that has to be right where it does it (MAY). */
export interface Line<Scene> {
  readonly level: "MUST" | "MAY";
  /** Of the protocol notes. */
  readonly section: string;
  readonly id: string;
  readonly what: string;
  /** Throws `Broken`, `NotOffered` (MAY alone) or `Skipped`; anything else counts as broken, too. */
  readonly run: (scene: Scene) => Promise<void>;
}

/** What a server of one protocol has to do, about one subject. */
export interface Subject<Scene> {
  readonly title: string;
  readonly lines: readonly Line<Scene>[];
}
