/**
 * A run's row: what the control plane remembers of a run between two ticks. Everything else a tick needs it observes anew, so a
 * control plane that died resumes from this row and the run folder alone.
 */
import { z } from 'zod';
import { plannedRegionSchema } from '../plan/plan.ts';
import { taskSizeSchema } from '../scenario/task-size.ts';
import { processTimeouts } from './policy.ts';
import { runTimeoutsSchema } from './run-timeouts.ts';

export const phases = [
  'queued',
  'provisioning',
  'running',
  'cancelling',
  'parsing results',
  'cleaning up',
  'complete',
  'failed',
  'cancelled',
] as const;
export type Phase = (typeof phases)[number];

/** Phases that a run never leaves. */
export const finalPhases: ReadonlySet<Phase> = new Set(['complete', 'failed', 'cancelled']);

export const lostTaskSchema = z.strictObject({
  region: z.string(),
  task: z.int().min(0),
  /** For people. */
  reason: z.string(),
  /** It left a result, which says that it broke off (or cannot be read): nothing better will come. */
  brokeOff: z.boolean(),
});
export type LostTask = z.infer<typeof lostTaskSchema>;

/** A task whose process was seen ended or gone without a result: it is lost unless a result shows up soon. */
export const missingTaskSchema = z.strictObject({ region: z.string(), task: z.int().min(0), sinceMs: z.number() });
export type MissingTask = z.infer<typeof missingTaskSchema>;

/** The main numbers of a run that has a report: what lists show. */
export const runSummarySchema = z.strictObject({
  requests: z.int().min(0),
  failures: z.int().min(0),
  requestsPerSecond: z.number(),
  /** Response times. */
  p50Ms: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
  /** Requests per second over the run, in equal parts; at most 30. */
  sparkline: z.array(z.number()),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const runSchema = z.strictObject({
  id: z.string().min(1),
  scenarioId: z.string().min(1),
  scenarioName: z.string(),
  /** Grows by one with every update; an update names the version it was made from. */
  version: z.int().min(1),
  phase: z.enum(phases),
  /** What the run will end as, once known: decided when its load ends or is stopped. */
  outcome: z.enum(['complete', 'failed', 'cancelled']).nullable(),
  /** Why, for people; null for a plain completion. */
  reason: z.string().nullable(),
  regions: z.array(plannedRegionSchema).min(1),
  healthyThresholdPercent: z.number(),
  /** From the plan. */
  taskSize: taskSizeSchema.optional(),
  /** From the plan. */
  spot: z.boolean().optional(),
  /** SHA-256 (hex) of what it runs: the scenario, but for where it runs and what it is called, and its files. Null: of an older program. */
  sourceSha256: z.string().nullable().default(null),
  /** From the plan: seconds of load; null when only iterations end it. */
  durationSeconds: z.number().nullable().default(null),
  /** From the plan. */
  deadlineSeconds: z.number(),
  controlPollMs: z.int(),
  /** From the plan. */
  timeouts: runTimeoutsSchema.default(processTimeouts),
  createdAtMs: z.number(),
  /** When it entered its present phase. */
  phaseSinceMs: z.number(),
  /** Epoch milliseconds at which load starts; null until go was decided. */
  goAtMs: z.number().nullable(),
  /** When `stop` was first ordered; null when it was not. */
  stopAtMs: z.number().nullable(),
  stopReason: z.enum(['cancelled', 'criterion', 'failed', 'deadline']).nullable(),
  /** Somebody asked to cancel it. Written by the cancel verb, obeyed by the next tick. */
  cancelRequestedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  missingTasks: z.array(missingTaskSchema),
  /**
   * Tasks that did not walk their whole shard: no result, a damaged one, or one that says that it broke off. A lost task is ended; it
   * counts again only when its result shows up after all.
   */
  lostTasks: z.array(lostTaskSchema),
  /** How often the report was begun: bounds the tries when making it keeps failing. */
  reportAttempts: z.int().min(0),
  /** SHA-256 (hex) of the token that lets the run's tasks into its folder over HTTP; null when none of them needs it. */
  tokenHash: z.string().nullable().default(null),
  /** Names of the secrets that its tasks get, as its scenario names them. */
  secrets: z.array(z.string()).default([]),
  /** Set when the report was stored. */
  verdict: z.enum(['passed', 'failed', 'invalid', 'none']).nullable(),
  /** Set with it. */
  summary: runSummarySchema.nullable().default(null),
});
export type Run = z.infer<typeof runSchema>;
