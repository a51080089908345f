import type { Answer } from "../../../core/answer.ts";
import type { Clock } from "../../../core/clock.ts";

/** Publishes and the like that one call may start in one turn of the loop: a long list must not hold everybody up. */
const perTurn = 256;

/** Does the work for each item, and answers in their order. `together`: without waiting for the one before. */
export async function inTurns<Item, Result>(
  clock: Clock,
  items: readonly Item[],
  { work, together }: { readonly work: (item: Item) => Answer<Result>; readonly together: boolean },
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += perTurn) {
    if (start > 0) await clock.nextTurn();
    const slice = items.slice(start, start + perTurn);
    if (together) {
      results.push(...(await Promise.all(slice.map(work))));
      continue;
    }
    for (const item of slice) {
      const result = work(item);
      results.push(result instanceof Promise ? await result : result);
    }
  }
  return results;
}
