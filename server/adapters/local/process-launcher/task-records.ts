/**
 * What the launcher knows of its tasks, as files, so that another launcher takes over where one died:
 *
 *     <state folder>/<run>/<region>-<task>.order.json             this task shall run, for the launch with this token
 *                          <region>-<task>.<attempt>.claim.json   the one process that it runs in (attempt: from the token)
 *                          <region>-<task>.<attempt>.exit.json    how that process ended, when the launcher saw it
 *                          <region>-<task>.log                    all that the task printed
 *
 * A claim is made once and never changes. A process that finds the claim of another one does nothing and ends, so a task never runs
 * twice, whenever a launcher died between starting a process and noting it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { TaskId } from '../../../../core/plan/plan.ts';
import { regionNameSchema } from '../../../../core/scenario/scenario.ts';
import { codeOf } from '../file-errors.ts';
import type { ProcessIdentity } from './process-table.ts';

const orderSchema = z.strictObject({
  format: z.literal('loadstar.task-order.v1'),
  runId: z.string().min(1),
  region: regionNameSchema,
  task: z.int().min(0),
  token: z.string(),
  runFolderUrl: z.string(),
});
export type TaskOrder = z.infer<typeof orderSchema>;

const claimSchema = z.union([
  /** Numbers 0 and 1 would mean others than the task when it is killed. */
  z.strictObject({ pid: z.int().min(2), startedAt: z.string().min(1) }),
  /** The task will never run, for this reason. */
  z.strictObject({ pid: z.null(), reason: z.string() }),
]);
export type TaskClaim = z.infer<typeof claimSchema>;

const exitSchema = z.strictObject({ code: z.int().nullable(), signal: z.string().nullable() });
export type TaskExit = z.infer<typeof exitSchema>;

/** A task that was ordered, and what came of it. */
export interface TaskRecord extends TaskId {
  runId: string;
  attempt: string;
  /** Null while no process has claimed it. */
  claim: TaskClaim | null;
  exit: TaskExit | null;
}

/** Names the launches of a task apart in file names. */
export function attemptOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 12);
}

/** Environment variable by which all processes of a task are known, and its value. */
export const MARK_VARIABLE = 'LOADSTAR_TASK_MARK';
export function markOf({ runId, region, task, attempt }: Omit<TaskRecord, 'claim' | 'exit'>): string {
  return `${runId}/${region}/${task}/${attempt}`;
}

export class TaskRecords {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  folderOf(runId: string): string {
    return join(this.#root, runId);
  }

  logPath(runId: string, id: TaskId): string {
    return `${this.#stem(runId, id)}.log`;
  }

  orderPath(runId: string, id: TaskId): string {
    return `${this.#stem(runId, id)}.order.json`;
  }

  claimPath(runId: string, id: TaskId, attempt: string): string {
    return claimPathOf(this.orderPath(runId, id), attempt);
  }

  exitPath(runId: string, id: TaskId, attempt: string): string {
    return `${this.#stem(runId, id)}.${attempt}.exit.json`;
  }

  /** All runs that have records. */
  runIds(): string[] {
    return readdirSync(this.#root).filter((name) => !name.startsWith('.'));
  }

  /** All tasks of a run that were ordered, by region, then task. */
  ofRun(runId: string): TaskRecord[] {
    const records: TaskRecord[] = [];
    for (const name of namesIn(this.folderOf(runId))) {
      const [, region, task] = /^(.+)-(\d+)\.order\.json$/.exec(name) ?? [];
      if (region === undefined || task === undefined) continue;
      const record = this.ofTask(runId, { region, task: Number(task) });
      if (record !== null) records.push(record);
    }
    return records.sort((a, b) => (a.region < b.region ? -1 : a.region > b.region ? 1 : a.task - b.task));
  }

  /** Null when the task was not ordered, or its order is damaged: records are only damaged by a crash of the machine, which ends the task. */
  ofTask(runId: string, id: TaskId): TaskRecord | null {
    const order = readOrder(this.orderPath(runId, id));
    if (order === null) return null;
    const attempt = attemptOf(order.token);
    return {
      runId,
      region: id.region,
      task: id.task,
      attempt,
      claim: readClaim(this.claimPath(runId, id, attempt)),
      exit: readRecord(this.exitPath(runId, id, attempt), exitSchema, null),
    };
  }

  /** Whether a process was started for this launch of the task, or is known to never be. */
  isClaimed(runId: string, id: TaskId, attempt: string): boolean {
    return readClaim(this.claimPath(runId, id, attempt)) !== null;
  }

  /** Forgets a task, but for its log. The order goes first: without it no process begins. */
  forget(runId: string, id: TaskId, attempt: string): void {
    for (const path of [
      this.orderPath(runId, id),
      this.claimPath(runId, id, attempt),
      this.exitPath(runId, id, attempt),
    ]) {
      rmSync(path, { force: true });
    }
  }

  #stem(runId: string, { region, task }: TaskId): string {
    return join(this.folderOf(runId), `${region}-${task}`);
  }
}

export function claimPathOf(orderPath: string, attempt: string): string {
  return orderPath.replace(/\.order\.json$/, `.${attempt}.claim.json`);
}

/** Null when there is none, or it is damaged. */
export function readOrder(path: string): TaskOrder | null {
  return readRecord(path, orderSchema, null);
}

/** Null when there is none. */
export function readClaim(path: string): TaskClaim | null {
  return readRecord(path, claimSchema, { pid: null, reason: 'its record is damaged' });
}

/** Writes a record whole or not at all, over an older one. */
export function writeRecord(path: string, record: TaskOrder | TaskExit): void {
  const draft = writeDraft(path, record);
  try {
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Claims a task for a process; false when it is another one's already. Of any number of processes one succeeds. */
export function claimFor({ pid, startedAt }: ProcessIdentity, path: string): boolean {
  if (writeClaim(path, { pid, startedAt })) return true;
  const present = readClaim(path);
  return present?.pid === pid && present.startedAt === startedAt;
}

/** False, and nothing is written, when there is a claim already. */
export function writeClaim(path: string, claim: TaskClaim): boolean {
  const draft = writeDraft(path, claim);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeDraft(path: string, record: object): string {
  const draft = join(dirname(path), `.${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(record), { flag: 'wx', mode: 0o600 });
  return draft;
}

function readRecord<Record>(path: string, schema: z.ZodType<Record>, damaged: Record | null): Record | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return damaged;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
