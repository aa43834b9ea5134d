/**
 * What the control plane remembers: scenarios, runs, task results. Rows are versioned; an update names the version it was made
 * from and fails with `conflict` when another came first. All calls may be made concurrently and from several processes. A row
 * that was written is there after a crash. A page has 1 to `limits.pageRowsMax` rows; any other limit, and a cursor that no list gave, is
 * refused with `option_invalid`.
 */

import type { Actor } from '../../core/api/system.ts';
import type { TaskId } from '../../core/plan/plan.ts';
import type { TaurusGroup } from '../../core/report/taurus-xml.ts';
import type { Phase, Run } from '../../core/run/run.ts';
import type { Done } from '../../core/run-folder/run-folder.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';

export interface StoredScenario {
  id: string;
  version: number;
  /** As it was written. */
  text: string;
  format: 'yaml' | 'json';
  /** As it was understood; its name and tags are what lists look for. */
  scenario: Scenario;
  warnings: string[];
  /** Paths of the files that it names. */
  files: string[];
  createdBy: Actor;
  createdAtMs: number;
  updatedAtMs: number;
}

/** A scenario as lists show it: without what may be large. */
export interface ScenarioSummary {
  id: string;
  version: number;
  name: string;
  tags: string[];
  createdAtMs: number;
  updatedAtMs: number;
}

export type ScenarioSort = 'name' | '-name' | 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt';

export interface ScenarioListPage {
  /** Part of the name, whatever its case. */
  search: string | null;
  /** All of them must be there. */
  tags: readonly string[];
  /** Names are compared without regard to case; among equals the id decides. */
  sort: ScenarioSort;
  limit: number;
  /** Of a page with the same `sort`. */
  cursor: string | null;
}

export interface ScenarioStore {
  /** Throws `conflict` when the id exists. */
  create(stored: StoredScenario): Promise<void>;
  /** Null when there is none. */
  get(id: string): Promise<StoredScenario | null>;
  /** Replaces the row that has `stored.version - 1`; throws `conflict` when it has another, `not_found` when it is gone. */
  update(stored: StoredScenario): Promise<void>;
  list(page: ScenarioListPage): Promise<{ items: ScenarioSummary[]; nextCursor: string | null }>;
  /** Deleting what is not there is no error. With a version: throws `conflict` when the row has another. */
  delete(id: string, version?: number): Promise<void>;
}

export interface RunStore {
  /** Throws `conflict` when the id exists. */
  create(run: Run): Promise<void>;
  get(id: string): Promise<Run | null>;
  /** Replaces the row that has `run.version - 1`; throws `conflict` when it has another, `not_found` when it is gone. */
  update(run: Run): Promise<void>;
  /** Newest first; of one scenario, in one phase when named. */
  list(page: {
    scenarioId: string | null;
    phase?: Phase | null;
    limit: number;
    cursor: string | null;
  }): Promise<{ items: Run[]; nextCursor: string | null }>;
  /** Every run that is not in a final phase, oldest first: what a restarted control plane takes up again. */
  listUnfinished(): Promise<Run[]>;
  /** The newest `count` runs, newest first, of each of these scenarios (at most `limits.pageRowsMax`) that has one, by the scenario's id. */
  newestOf(scenarioIds: readonly string[], count: number): Promise<Map<string, Run[]>>;
  delete(id: string): Promise<void>;
}

/** A task's delivered result, parsed. */
export interface TaskResult extends TaskId {
  done: Done;
  /** From its XML: whole-run numbers of that task alone, for all labels and per label. */
  total: TaurusGroup;
  labels: TaurusGroup[];
  landedAtMs: number;
}

export interface TaskResultStore {
  /** Idempotent: the same task's result again replaces the row. */
  put(runId: string, result: TaskResult): Promise<void>;
  /** By region, then task. */
  list(runId: string): Promise<TaskResult[]>;
  deleteOfRun(runId: string): Promise<void>;
}
