/** Starting a run under an idempotency key: however often it is asked for, there is one run. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LoadstarError } from '../../../core/errors.ts';
import type { Run } from '../../../core/run/run.ts';
import type { Ports } from '../../ports/ports.ts';
import { newId } from '../new-id.ts';

const KEPT_MS = 24 * 3600 * 1000;
/** Whoever claimed a key this long ago and has not begun its run has died. */
const ABANDONED_AFTER_MS = 60_000;
const WAIT_MS = 50;
const WAITS_MAX = 200;

type OncePorts = Pick<Ports, 'idempotency' | 'runs' | 'nowMs'>;

/**
 * The run that was started under the key, or the one that `start` begins now. While another request starts it, waits for that. A start that
 * fails leaves the key free. Throws `idempotency_key_reused` when the key came with another request, `not_found` when its run was deleted,
 * `conflict` when the other request takes too long.
 */
export async function startOnce(
  ports: OncePorts,
  { key, requestHash }: { key: string; requestHash: string },
  start: (runId: string) => Promise<Run>,
): Promise<Run> {
  for (let waits = 0; ; waits++) {
    const nowMs = ports.nowMs();
    const runId = newId('run', nowMs);
    const claim = { key, requestHash, runId, isDone: false, claimedAtMs: nowMs, expiresAtMs: nowMs + KEPT_MS };
    const record = await ports.idempotency.claim(claim);
    if (record.requestHash !== requestHash) {
      throw new LoadstarError('idempotency_key_reused', 'The Idempotency-Key was used for another request.');
    }
    if (record.runId === runId) return startClaimed(ports, { key, runId }, start);
    const isAbandoned = !record.isDone && record.claimedAtMs + ABANDONED_AFTER_MS <= nowMs;
    if (record.isDone || isAbandoned || waits === WAITS_MAX) {
      const run = await ports.runs.get(record.runId);
      if (run !== null) return run;
      if (record.isDone)
        throw new LoadstarError('not_found', `Run ${record.runId}, which the key had started, was deleted.`);
      if (!isAbandoned) throw new LoadstarError('conflict', 'A run is still being started under this Idempotency-Key.');
      await ports.idempotency.release(key, record.runId);
    } else {
      await sleep(WAIT_MS);
    }
  }
}

async function startClaimed(
  { idempotency, runs }: OncePorts,
  { key, runId }: { key: string; runId: string },
  start: (runId: string) => Promise<Run>,
): Promise<Run> {
  try {
    const run = await start(runId);
    await idempotency.complete(key, runId);
    return run;
  } catch (error) {
    // What has begun after all stays under its key.
    if ((await runs.get(runId)) === null) await idempotency.release(key, runId);
    throw error;
  }
}
