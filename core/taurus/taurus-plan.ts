/** The Taurus engine's part of a plan: what its tasks share, and what is known of the load before it runs. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { taurusExecutionSchema, taurusScenarioSchema } from './taurus-scenario.ts';

/** The load that a script describes itself, as far as it can be told without running it. */
export const scriptShapeSchema = z.strictObject({
  /** Straight pieces one after the other, over all tasks, from the execution's beginning; null: not known before it runs. */
  curve: z
    .array(z.strictObject({ seconds: z.number().min(0), from: z.number().min(0), to: z.number().min(0) }))
    .nullable(),
  unit: z.enum(['users', 'requests/s', 'iterations/s']),
  /** Null: not known, or only iterations end it. */
  durationSeconds: z.number().positive().nullable(),
  /** Null: not known. */
  usersMax: z.int().min(0).nullable(),
  /** For people, one line for each part of the load: `thread group Buyers: 50 users, ramp-up 60 s, 10 iterations`. */
  parts: z.array(z.string()).max(limits.executionsMax),
});
export type ScriptShape = z.infer<typeof scriptShapeSchema>;

export const plannedTaurusExecutionSchema = taurusExecutionSchema.extend({
  /** What runs: made of `load`, or found in the script. */
  shape: scriptShapeSchema,
});
export type PlannedTaurusExecution = z.infer<typeof plannedTaurusExecutionSchema>;

export const plannedTaurusSchema = taurusScenarioSchema.extend({
  executions: z.array(plannedTaurusExecutionSchema).min(1).max(limits.executionsMax),
  /** Every file that tasks get, by its path below `files/` of the run folder. */
  taskFiles: z.array(z.string()).max(limits.scenarioFilesMax),
});
export type PlannedTaurus = z.infer<typeof plannedTaurusSchema>;

/** What Taurus would run, or ran, for people. */
export const taurusPreviewSchema = z.object({
  executions: z.array(
    plannedTaurusExecutionSchema.pick({
      executor: true,
      scenario: true,
      script: true,
      load: true,
      shape: true,
      delaySeconds: true,
    }),
  ),
});
export type TaurusPreview = z.infer<typeof taurusPreviewSchema>;

/** A task's part of what Taurus would run. */
export const taurusTaskPreviewSchema = z.object({
  region: z.string(),
  task: z.int(),
  executions: z.array(
    z.object({
      /** Of rates and, as near as whole users allow, of users: 0 to 1. */
      proportion: z.number(),
      /** Null: known only while it runs. k6 may give a user more or fewer where it divides the load itself. */
      usersMax: z.int().nullable(),
    }),
  ),
});
export type TaurusTaskPreview = z.infer<typeof taurusTaskPreviewSchema>;
