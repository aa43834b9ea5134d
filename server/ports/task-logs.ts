/** What tasks print: JSON lines, windows among them. */
import type { TaskId } from '../../core/plan/plan.ts';

export interface TaskLogs {
  /**
   * What there is from `fromByte` on, at most `bytesMax`; empty when there is no more by now. Null when there is no log of the task. What was read once stays where
   * it is: whoever goes on where they were misses nothing and gets nothing twice. Windows may be left out where live data goes another way.
   */
  read(runId: string, id: TaskId, fromByte: number, bytesMax: number): Promise<Uint8Array | null>;
}
