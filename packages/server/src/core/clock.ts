/** Time, as a port, so that tests own it. Milliseconds since 1970. */
export interface Clock {
  now(): number;
  /** Calls `work` about every `milliseconds` until the returned function is called. */
  every(milliseconds: number, work: () => void): () => void;
  /** Resolves after about so many milliseconds. */
  delay(milliseconds: number): Promise<void>;
  /** Resolves in a later turn of the event loop, after pending I/O had its chance. */
  nextTurn(): Promise<void>;
}
