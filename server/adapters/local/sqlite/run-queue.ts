/** The run queue in the table `run_queue`. A delivery hides its message by moving the instant at which it is visible again. */
import type { RunQueue } from '../../../ports/run-queue.ts';
import { checkReceive, checkVisibility } from '../../queue-options.ts';
import type { Database } from './database.ts';

export function createRunQueue(database: Database, now: () => number): RunQueue {
  return {
    async send(runId) {
      database.change(
        'INSERT INTO run_queue (run_id, visible_at_ms, deliveries) VALUES (?, 0, 0) ON CONFLICT (run_id) DO NOTHING',
        runId,
      );
    },

    async receive(options) {
      checkReceive(options);
      const nowMs = now();
      // One statement, so nobody else can take the same messages in between.
      const rows = database.rows(
        `UPDATE run_queue
         SET visible_at_ms = ?, deliveries = deliveries + 1, receipt = lower(hex(randomblob(16)))
         WHERE position IN (SELECT position FROM run_queue WHERE visible_at_ms <= ? ORDER BY position LIMIT ?)
         RETURNING position, run_id, receipt, deliveries`,
        nowMs + options.visibilitySeconds * 1000,
        nowMs,
        options.max,
      );
      return rows
        .toSorted((a, b) => Number(a.position) - Number(b.position))
        .map((row) => ({
          runId: String(row.run_id),
          receipt: String(row.receipt),
          deliveries: Number(row.deliveries),
        }));
    },

    async delete(receipt) {
      database.change('DELETE FROM run_queue WHERE receipt = ?', receipt);
    },

    async extend(receipt, visibilitySeconds) {
      checkVisibility(visibilitySeconds);
      const visibleAtMs = now() + visibilitySeconds * 1000;
      database.change('UPDATE run_queue SET visible_at_ms = ? WHERE receipt = ?', visibleAtMs, receipt);
    },
  };
}
