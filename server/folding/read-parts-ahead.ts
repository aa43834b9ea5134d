/** Parts of a series read in order of time, the next ones while one is worked on: where each read is a call over a network, waiting takes longest. */

/**
 * What `read` gives for each index from `from` to before `to`, in order; at most `ahead` more than the one that is worked on are read. What a read fails
 * with is thrown when it is its turn. Ends when none is under way any more.
 */
export async function* readPartsAhead<Part>(
  { from, to, ahead }: { from: number; to: number; ahead: number },
  read: (index: number) => Promise<Part>,
): AsyncGenerator<Part> {
  const reading: Promise<Part>[] = [];
  try {
    let next = from;
    for (let index = from; index < to; index++) {
      for (; next < to && next <= index + ahead; next++) {
        const part = read(next);
        // Until it is its turn nobody waits for it, and a failure that nobody waits for ends the process.
        part.catch(() => {});
        reading.push(part);
      }
      yield await reading.shift()!;
    }
  } finally {
    await Promise.allSettled(reading);
  }
}
