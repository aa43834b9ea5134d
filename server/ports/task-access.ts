/** How tasks that share nothing with the control plane but an object store of the platform get in there: with credentials of one task each. */
import type { TaskId } from '../../core/plan/plan.ts';

/** Credentials of the platform that hold for a while. */
export interface TaskCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** Epoch milliseconds. */
  expiresAtMs: number;
}

export interface TaskAccess {
  /**
   * Credentials that let in to what this one task reads and writes of its run's folder (`server/run-folder/task-objects.ts`), and to nothing
   * else. Whoever calls has made sure that it is a task of the run. May be called again and again, by many at once. Throws `store_failed`.
   */
  credentialsOf(runId: string, task: TaskId): Promise<TaskCredentials>;
}
