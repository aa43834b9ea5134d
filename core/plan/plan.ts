/**
 * The plan: a run's load computed once, as data. It can be printed, drawn and checked before anything runs, and each task derives its
 * own exact share from it (`shard.ts`). Written to the run folder as `plan.json`.
 */
import { z } from 'zod';
import { criterionSchema } from '../criteria/criterion.ts';
import { limits } from '../limits.ts';
import { processTimeouts } from '../run/policy.ts';
import { runTimeoutsSchema } from '../run/run-timeouts.ts';
import { flowSchema, regionNameSchema } from '../scenario/scenario.ts';
import { taskSizeSchema } from '../scenario/task-size.ts';
import { plannedTaurusSchema } from '../taurus/taurus-plan.ts';

export const PLAN_FORMAT = 'loadstar.plan.v1';

/**
 * A load curve: straight pieces one after the other. Over `seconds` the target goes from `from` to `to`; where a piece begins at
 * another value than the one before ended, it jumps. Users for the closed model, starts per second for the open one.
 */
export const loadCurveSchema = z.array(
  z.strictObject({ seconds: z.number().min(0), from: z.number().min(0), to: z.number().min(0) }),
);
export type LoadCurve = z.infer<typeof loadCurveSchema>;

export const plannedExecutionSchema = z.strictObject({
  engine: z.enum(['native']),
  /** Name of a flow of the plan. */
  flow: z.string(),
  /** It begins this long after go. */
  delaySeconds: z.number().min(0).default(0),
  /** Epoch milliseconds, control plane's clock, that the delay counts from instead of go; what has passed by go begins with it. */
  startAtMs: z.number().nullable().default(null),
  /**
   * closed: `users` says how many users are active at a time; each walks its flow again and again.
   * open: `starts` says when requests or iterations are due; what is due is taken by a user that is free.
   * Curves and `endSeconds` count from the execution's beginning.
   */
  load: z.discriminatedUnion('model', [
    z.strictObject({
      model: z.literal('closed'),
      users: loadCurveSchema,
      usersMax: z.int().min(1),
      iterationsPerUser: z.int().min(1).nullable(),
      /** No user begins an iteration or a request after this instant; null: until all have done their iterations. */
      endSeconds: z.number().positive().nullable(),
    }),
    z.strictObject({
      model: z.literal('open'),
      /** Starts due per second. */
      starts: loadCurveSchema,
      /** What a start is: one request, or an iteration of the flow with all its requests. */
      startUnit: z.enum(['requests', 'iterations']).default('requests'),
      /** Users that may be under way over all tasks. */
      usersMax: z.int().min(1),
      /**
       * Users that take turns, as the threads of Taurus' tools do behind a limit of requests per second: each from when the curve is above its
       * number, or earlier when a start finds nobody free. Null: only as many as starts need.
       */
      users: loadCurveSchema.nullable().default(null),
      /** True when the scenario gave `concurrency`: starts are then shared among the tasks that have users. */
      usersBound: z.boolean(),
      iterationsPerUser: z.int().min(1).nullable(),
      endSeconds: z.number().positive(),
    }),
  ]),
});
export type PlannedExecution = z.infer<typeof plannedExecutionSchema>;

export const plannedRegionSchema = z.strictObject({
  name: regionNameSchema,
  tasks: z.int().min(1),
  share: z.int().min(1),
});
export type PlannedRegion = z.infer<typeof plannedRegionSchema>;

export const planSchema = z.strictObject({
  format: z.literal(PLAN_FORMAT),
  runId: z.string().min(1),
  scenarioName: z.string(),
  /** In a fixed order: the shares depend on it. */
  regions: z.array(plannedRegionSchema).min(1),
  /** Of the native engine; empty when `taurus` is there. */
  executions: z.array(plannedExecutionSchema),
  /** What Taurus drives with other tools; null: all is the native engine's. */
  taurus: plannedTaurusSchema.nullable().default(null),
  flows: z.record(z.string(), flowSchema),
  criteria: z.array(criterionSchema),
  /** Names of the secrets that its tasks need. */
  secrets: z.array(z.string()).default([]),
  /** Worker threads that each task spreads its part of the load over. */
  threadsPerTask: z.int().min(1).max(limits.threadsMax).default(1),
  healthyThresholdPercent: z.number().min(0).max(100),
  /** Of each task, where tasks have a size; missing: the region's own. */
  taskSize: taskSizeSchema.optional(),
  /** Its tasks run on spare capacity where there is such. */
  spot: z.boolean().optional(),
  /** Where its load may go: what `core/targets/target-rules.ts` makes of the administrator's allow-list; null when there is none. */
  targets: z.strictObject({ allow: z.array(z.string()).nullable() }).default({ allow: null }),
  /** Planned seconds from go to the end of the load, at most (an execution may wait for an instant); null when only iterations end it. */
  durationSeconds: z.number().positive().nullable(),
  /** Seconds from go after which a task that has not delivered is given up. */
  deadlineSeconds: z.number().positive(),
  /** Seconds that requests under way may still take after the planned end. */
  gracefulStopSeconds: z.number().min(0),
  segmentSeconds: z.int().min(1).max(30),
  /** Seconds between two windows on a task's standard output; null: none. */
  liveIntervalSeconds: z.int().min(1).nullable(),
  /** How often a task reads `control.json`. */
  controlPollMs: z.int().min(10),
  /** A task stops its load when it has not seen a new revision of `control.json` for this long. */
  leaseSeconds: z.number().positive(),
  /** How long the control plane waits for tasks. */
  timeouts: runTimeoutsSchema.default(processTimeouts),
});
export type Plan = z.infer<typeof planSchema>;

/** One task of a run: its region and its number within the region, from 0. */
export interface TaskId {
  region: string;
  task: number;
}
