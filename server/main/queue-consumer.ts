/** Looks at the run queue again and again, in this process. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ports } from '../ports/ports.ts';
import { takeQueuedRuns } from '../verbs/take-queued-runs.ts';

const INTERVAL_MS = 500;

export interface QueueConsumer {
  /** Looks at once instead of at the next turn. */
  wake(): void;
  /** Resolves when it looks no more. */
  stop(): Promise<void>;
}

/** Trouble is logged, and the next look may do better. */
export function consumeQueue(
  ports: Pick<Ports, 'queue' | 'runs' | 'launcher' | 'driver' | 'nowMs' | 'log'>,
): QueueConsumer {
  let stopped = false;
  let pause = new AbortController();
  const loop = async () => {
    while (!stopped) {
      pause = new AbortController();
      try {
        await takeQueuedRuns(ports);
      } catch (error) {
        ports.log('error', 'the run queue could not be looked at', { error: (error as Error).message });
      }
      if (!stopped) await sleep(INTERVAL_MS, undefined, { signal: pause.signal }).catch(() => {});
    }
  };
  const ended = loop();
  return {
    wake: () => pause.abort(),
    async stop() {
      stopped = true;
      pause.abort();
      await ended;
    },
  };
}
