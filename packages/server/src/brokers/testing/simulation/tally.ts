/** What a simulation did, to see that simulations do something. */
export interface Tally {
  joins: number;
  recoveries: number;
  failedRecoveries: number;
  refusals: number;
  toldInsufficient: number;
  publications: number;
  /** Heard as what has changed. */
  deltas: number;
  /** Heard by those who take some alone. */
  filtered: number;
}

export function emptyTally(): Tally {
  return {
    joins: 0,
    recoveries: 0,
    failedRecoveries: 0,
    refusals: 0,
    toldInsufficient: 0,
    publications: 0,
    deltas: 0,
    filtered: 0,
  };
}
