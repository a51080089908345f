/**
 * What a port gives that may answer at once or later. The memory broker answers at once, so that a connect or a
 * subscribe never leaves the synchronous path; a distributed one answers later, or fails by rejecting.
 */
export type Answer<T> = T | Promise<T>;

/** Goes on with an answer in this turn where it is there already, else when it comes. */
export function after<T, U>(answer: Answer<T>, next: (value: T) => Answer<U>): Answer<U> {
  return answer instanceof Promise ? answer.then(next) : next(answer);
}

/** `after` for work that may fail: a throw and a rejection end at the same place. */
export function attempt<T>(work: () => Answer<T>, failed: (cause: unknown) => T): Answer<T> {
  try {
    const answer = work();
    return answer instanceof Promise ? answer.catch(failed) : answer;
  } catch (cause) {
    return failed(cause);
  }
}
