/** Runs and what came out of them, in the API. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { distributionSummarySchema, statisticsSummarySchema } from '../report/report.ts';
import { phases } from '../run/run.ts';
import { regionNameSchema } from '../scenario/scenario.ts';
import { idSchema, instantSchema, pageOf, pageQuery, wholeNumberQuery } from './common.ts';

export const runResourceSchema = z
  .object({
    id: idSchema,
    scenarioId: idSchema,
    scenarioName: z.string(),
    phase: z.enum(phases),
    /** Set in a final phase. */
    verdict: z.enum(['passed', 'failed', 'invalid', 'none']).nullable(),
    /** Why it failed or was cancelled. */
    reason: z.string().nullable(),
    createdAt: instantSchema,
    goAt: instantSchema.nullable(),
    endedAt: instantSchema.nullable(),
    cancelRequested: z.boolean(),
    /** Planned seconds of load; null when only iterations end it. */
    durationSeconds: z.number().nullable(),
    regions: z.array(z.object({ name: z.string(), tasks: z.int() })),
    /** While it is queued: how many runs are before it, and what it waits for. */
    queue: z.object({ position: z.int().min(0), waitingFor: z.string().nullable() }).nullable(),
    live: z
      .object({
        second: z.int(),
        users: z.int(),
        requests: z.int(),
        failures: z.int(),
        requestsPerSecond: z.number(),
        p95Ms: z.number(),
        tasksReady: z.int(),
      })
      .nullable(),
  })
  .meta({ id: 'Run' });
export type RunResource = z.infer<typeof runResourceSchema>;

export const runListQuerySchema = z.strictObject({
  ...pageQuery,
  scenarioId: idSchema.optional(),
  phase: z.enum(phases).optional(),
});
export const runPageSchema = pageOf(runResourceSchema).meta({ id: 'RunPage' });

/** What part of a run: seconds from go, `to` exclusive; of a region, of a label, or of all. */
const partQuery = {
  from: wholeNumberQuery({ min: 0, max: limits.runSecondsMax }).optional(),
  to: wholeNumberQuery({ min: 1, max: limits.runSecondsMax }).optional(),
  region: regionNameSchema.optional(),
  label: z.string().max(2000).optional(),
};

export const seriesQuerySchema = z.strictObject({
  ...partQuery,
  /** Seconds a point; without it the finest that gives at most 1,000 points. */
  resolution: z.enum(['1', '10', '60']).optional(),
});

export const seriesSchema = z
  .object({
    resolutionSeconds: z.int(),
    points: z.array(
      z.object({
        /** First second of the point. */
        second: z.int(),
        users: z.int(),
        requests: z.int(),
        failures: z.int(),
        requestsPerSecond: z.number(),
        bytesReceivedPerSecond: z.number(),
        codes: z.record(z.string(), z.int()),
        responseTimeMs: distributionSummarySchema,
      }),
    ),
  })
  .meta({ id: 'Series' });

export const distributionQuerySchema = z.strictObject(partQuery);

/** Values between `fromUs` and `toUs` (both inclusive), as exactly as they were counted. */
const bucketsSchema = z.array(z.object({ fromUs: z.int(), toUs: z.int(), count: z.int() }));

export const distributionSchema = z
  .object({
    from: z.int(),
    to: z.int(),
    statistics: statisticsSummarySchema,
    responseTime: bucketsSchema,
    serviceTime: bucketsSchema,
  })
  .meta({ id: 'Distribution' });

export const runTaskSchema = z
  .object({
    region: z.string(),
    task: z.int(),
    state: z.enum(['planned', 'starting', 'ready', 'running', 'delivered', 'lost']),
    reason: z.string().nullable(),
    statistics: statisticsSummarySchema.nullable(),
  })
  .meta({ id: 'RunTask' });

export const artifactSchema = z
  .object({ path: z.string(), sizeBytes: z.int(), modifiedAt: instantSchema })
  .meta({ id: 'Artifact' });
