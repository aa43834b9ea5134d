/**
 * What a scenario says to the Taurus engine: the executions that `bzt` drives with JMeter, k6 or Locust, and the part of the file that is
 * handed to it as it was written. The native engine's executions are in `../scenario/scenario.ts`; a scenario has either.
 */
import { z } from 'zod';
import { limits } from '../limits.ts';

export const taurusExecutors = ['jmeter', 'k6', 'locust'] as const;
export type TaurusExecutor = (typeof taurusExecutors)[number];

/** A load that the scenario sets, over all tasks. It takes the place of the script's own. */
export const taurusLoadSchema = z.strictObject({
  /** Users; null: as many as the tool takes without being told. */
  concurrency: z.int().min(1).max(limits.usersMax).nullable(),
  /** Requests per second, at most; null: no limit. */
  throughput: z.number().positive().max(limits.requestsPerSecondMax).nullable(),
  rampUpSeconds: z.number().min(0),
  /** Stairs of the ramp-up; null: a straight line. */
  steps: z.int().min(1).max(limits.stepsMax).nullable(),
  holdForSeconds: z.number().min(0),
  /** Of each user; null: no limit but the duration. */
  iterations: z.int().min(1).nullable(),
});
export type TaurusLoad = z.infer<typeof taurusLoadSchema>;

export const taurusExecutionSchema = z.strictObject({
  executor: z.enum(taurusExecutors),
  /** Name of an entry of the configuration's `scenarios`. */
  scenario: z.string(),
  /** Below `files/` of the run folder; null: Taurus makes one of the scenario's requests. */
  script: z.string().min(1).nullable(),
  /** Null: the script keeps the load that it describes itself. */
  load: taurusLoadSchema.nullable(),
  /** Begins this long after the run's go. */
  delaySeconds: z.number().min(0).default(0),
  /** Environment variables of the tool, beside those of `settings.env`. */
  env: z.record(z.string(), z.string()).default({}),
});
export type TaurusExecution = z.infer<typeof taurusExecutionSchema>;

/** A file for the script, and which of its rows a task gets. */
export const taurusFileSchema = z.strictObject({
  /** Below `files/` of the run folder; the task finds it by the same path beside the script. */
  path: z.string().min(1),
  /** copy: every task the whole file; split: each task its part of the rows; unique: the file goes to the first task alone. */
  partition: z.enum(['copy', 'split', 'unique']),
  /** The first line names the columns, and goes to every task. Without meaning for `copy`. */
  header: z.boolean(),
});
export type TaurusFile = z.infer<typeof taurusFileSchema>;

export const taurusScenarioSchema = z.strictObject({
  executions: z.array(taurusExecutionSchema).min(1).max(limits.executionsMax),
  /** `scenarios`, `settings.env` and `modules` as they were written; what Loadstar decides itself is not in it. */
  config: z.record(z.string(), z.unknown()),
  /** Files that are not copied to every task as they are; those that are need no entry. */
  files: z.array(taurusFileSchema).max(limits.scenarioFilesMax),
});
export type TaurusScenario = z.infer<typeof taurusScenarioSchema>;
