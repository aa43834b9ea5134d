/**
 * Does `work` for each item, so many at once, in no order: the next one begins as soon as one is done. After a failure none is begun any more; throws
 * the first one when those under way have ended.
 */
export async function inParallel<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  let failed = false;
  const workers = Array.from({ length: atOnce }, async () => {
    for (let next = waiting.next(); !failed && next.done !== true; next = waiting.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  });
  for (const result of await Promise.allSettled(workers)) if (result.status === 'rejected') throw result.reason;
}
