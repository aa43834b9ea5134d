/** Answers with bytes as they come: artifacts, logs that are followed. */
import type { Log } from '../ports/log.ts';
import type { ApiContext } from './api.ts';

/**
 * What can fail before the first byte should be tried before this is called: once it has begun, an answer that fails can only be broken off,
 * which the client sees as such. When the client goes, `source` is ended (`return()`), as soon as it is not waiting for something: one that waits
 * for long should listen to `c.req.raw.signal`. For HEAD it is not begun.
 */
export function streamAnswer(
  c: ApiContext,
  source: AsyncIterable<Uint8Array>,
  { headers, log, status = 200 }: { headers: Readonly<Record<string, string>>; log: Log; status?: 200 | 206 },
): Response {
  if (c.req.method === 'HEAD') return c.body(null, status, headers);
  const iterator = source[Symbol.asyncIterator]();
  let isWanted = true;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (!isWanted) return;
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        if (!isWanted) return;
        log('error', 'an answer broke off', { requestId: c.get('requestId'), error: (error as Error).stack });
        if (c.env?.breakOff === undefined) controller.error(error);
        else c.env.breakOff();
      }
    },
    async cancel() {
      isWanted = false;
      await iterator.return?.();
    },
  });
  return c.body(body, status, headers);
}
