/** Runs and what came out of them, in the API. */
import { z } from 'zod';
import { limits } from '../limits.ts';
import { distributionSummarySchema, reportSchema, statisticsSummarySchema } from '../report/report.ts';
import { phases, runSummarySchema } from '../run/run.ts';
import { generatorHealthSchema } from '../run-folder/run-folder.ts';
import { regionNameSchema } from '../scenario/scenario.ts';
import { taurusPreviewSchema } from '../taurus/taurus-plan.ts';
import { idSchema, instantSchema, pageOf, pageQuery, wholeNumberQuery } from './common.ts';
import { runCostSchema } from './cost.ts';
import { plannedLoadSchema } from './scenarios.ts';

/** What a run does, as far as it is known while it runs; lossy or some seconds late, the report has the truth. */
export const runLiveSchema = z.object({
  second: z.int(),
  users: z.int(),
  requests: z.int(),
  failures: z.int(),
  requestsPerSecond: z.number(),
  p95Ms: z.number(),
  tasksReady: z.int(),
});
export type RunLive = z.infer<typeof runLiveSchema>;

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
    sourceSha256: z.string().nullable().meta({
      description: 'Of the scenario and its files as they were: two runs with the same one have run the same.',
    }),
    /** Planned seconds of load; null when only iterations end it. */
    durationSeconds: z.number().nullable(),
    regions: z.array(z.object({ name: z.string(), tasks: z.int() })),
    /** While it is queued: how many runs are before it, and what it waits for. */
    queue: z.object({ position: z.int().min(0), waitingFor: z.string().nullable() }).nullable(),
    /** Of a run that has a report. */
    summary: runSummarySchema.nullable(),
    cost: runCostSchema.nullable().meta({
      description: 'Of one run that has ended; null in lists, and where tasks cost nothing or it is not known.',
    }),
    live: runLiveSchema.nullable(),
  })
  .meta({ id: 'Run' });
export type RunResource = z.infer<typeof runResourceSchema>;

export const runListQuerySchema = z.strictObject({
  ...pageQuery,
  scenarioId: idSchema.optional(),
  phase: z.enum(phases).optional(),
});
export const runPageSchema = pageOf(runResourceSchema).meta({ id: 'RunPage' });
export type RunPage = z.infer<typeof runPageSchema>;

/** A run's report is the one of `core/report/report.ts`, as it was stored. */
export const reportResourceSchema = reportSchema.meta({ id: 'Report' });

/** What part of a run: seconds from go, `from` inclusive, `to` exclusive; of a region, of a label, or of all. */
const partQuery = {
  from: wholeNumberQuery({ min: 0, max: limits.runSecondsMax }).optional(),
  to: wholeNumberQuery({ min: 1, max: limits.runSecondsMax }).optional(),
  region: regionNameSchema.optional(),
  label: z.string().max(limits.labelLengthMax).optional(),
};

/** Seconds that a point of a series may span. */
export const seriesResolutions = [1, 10, 60, 300, 3600] as const;

export const seriesQuerySchema = z.strictObject({
  ...partQuery,
  resolution: z
    .enum(['1', '10', '60', '300', '3600'])
    .optional()
    .meta({ description: `Seconds of a point; the default is the finest that makes at most 1,000 points.` }),
});

export const seriesSchema = z
  .object({
    resolutionSeconds: z.int(),
    /** In order of time; where nothing was measured there is none. Of a run under way: as far as it is merged by now. */
    points: z.array(
      z.object({
        /** First second of the point. */
        second: z.int(),
        /** Seconds that it spans: at the ends of the run or of the part fewer than the resolution. */
        seconds: z.int(),
        /** Users at once, the largest second; with a label: its requests under way at once. */
        users: z.int(),
        requests: z.int(),
        failures: z.int(),
        requestsPerSecond: z.number(),
        bytesSentPerSecond: z.number(),
        bytesReceivedPerSecond: z.number(),
        codes: z.record(z.string(), z.int()),
        responseTimeMs: distributionSummarySchema,
      }),
    ),
  })
  .meta({ id: 'Series' });
export type Series = z.infer<typeof seriesSchema>;

/** What a chart can show of a run over time. */
export const chartMetrics = ['requestsPerSecond', 'responseTime', 'users', 'failures'] as const;
export type ChartMetric = (typeof chartMetrics)[number];

export const chartQuerySchema = z.strictObject({
  metric: z.enum(chartMetrics).default('requestsPerSecond'),
  width: wholeNumberQuery({ min: 200, max: 2_000 })
    .default(900)
    .meta({ type: 'integer', minimum: 200, maximum: 2_000, description: 'Pixels.' }),
  height: wholeNumberQuery({ min: 100, max: 1_000 })
    .default(300)
    .meta({ type: 'integer', minimum: 100, maximum: 1_000, description: 'Pixels.' }),
});

export const distributionQuerySchema = z.strictObject(partQuery);

/** Values between `fromUs` and `toUs` (both inclusive), as exactly as they were counted. */
const bucketsSchema = z.array(z.object({ fromUs: z.int(), toUs: z.int(), count: z.int() }));

export const distributionSchema = z
  .object({
    from: z.int(),
    /** Exclusive; when nothing else was asked for, behind the last second that was measured. */
    to: z.int(),
    statistics: statisticsSummarySchema,
    responseTime: bucketsSchema,
    serviceTime: bucketsSchema,
  })
  .meta({ id: 'Distribution' });
export type RunDistribution = z.infer<typeof distributionSchema>;

export const breakdownQuerySchema = z.strictObject({ from: partQuery.from, to: partQuery.to });

export const breakdownSchema = z
  .object({
    from: z.int(),
    /** Exclusive; when nothing else was asked for, behind the last second that was measured. */
    to: z.int(),
    total: statisticsSummarySchema,
    /** The most requests first. */
    labels: z.array(statisticsSummarySchema.extend({ label: z.string() })),
    regions: z.record(z.string(), statisticsSummarySchema),
  })
  .meta({ id: 'Breakdown' });
export type Breakdown = z.infer<typeof breakdownSchema>;

export const heatmapQuerySchema = z.strictObject(partQuery);

export const heatmapSchema = z
  .object({
    resolutionSeconds: z.int(),
    edgesUs: z
      .array(z.int())
      .meta({ description: 'Rising: row `i` counts what took at least edge `i` and less than edge `i + 1`.' }),
    /** In order of time; where nothing was measured there is none. */
    columns: z.array(z.object({ second: z.int(), seconds: z.int(), counts: z.array(z.int()) })),
  })
  .meta({ id: 'Heatmap' });
export type Heatmap = z.infer<typeof heatmapSchema>;

export const runPlanSchema = z
  .object({
    durationSeconds: z.number().nullable(),
    executions: z.array(
      plannedLoadSchema.extend({
        beginSeconds: z.number().nullable().meta({ description: 'From go to its beginning; null before go.' }),
      }),
    ),
    criteria: z.array(z.string()).meta({ description: 'As they were written.' }),
    tasks: z.int(),
    taurus: taurusPreviewSchema.nullable().meta({ description: 'Of a run of Taurus, which has no other executions.' }),
    files: z
      .array(z.object({ path: z.string(), sizeBytes: z.int(), sha256: z.string() }))
      .meta({ description: 'Of the scenario, as they were then.' }),
  })
  .meta({ id: 'RunPlan' });
export type RunPlan = z.infer<typeof runPlanSchema>;

const taskTimesSchema = z.object({
  min: z.number(),
  mean: z.number(),
  stdev: z.number(),
  p50: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
});

export const runTaskSchema = z
  .object({
    region: z.string(),
    task: z.int(),
    state: z.enum(['planned', 'starting', 'ready', 'running', 'delivered', 'lost']),
    /** Why it is lost, or what is the matter with it; for people. */
    reason: z.string().nullable(),
    /** Of that task alone, over the whole run, as it delivered them; null until it has. */
    statistics: z
      .object({
        requests: z.int(),
        failures: z.int(),
        bytesReceived: z.int(),
        concurrencyMax: z.int(),
        responseTimeMs: taskTimesSchema,
        codes: z.record(z.string(), z.int()),
      })
      .nullable(),
    health: generatorHealthSchema.nullable(),
  })
  .meta({ id: 'RunTask' });
export type RunTask = z.infer<typeof runTaskSchema>;
export const runTaskListQuerySchema = z.strictObject(pageQuery);
export const runTaskPageSchema = pageOf(runTaskSchema).meta({ id: 'RunTaskPage' });

export const taskLogQuerySchema = z.strictObject({
  follow: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'Go on with what is printed from now on, until the task has ended.' }),
  tailLines: wholeNumberQuery({ min: 0, max: limits.logTailLinesMax })
    .optional()
    .meta({ description: 'Begin with the last so many lines; without it, with all of them up to 4.6 MB.' }),
});

export const artifactSchema = z
  .object({ path: z.string(), sizeBytes: z.int(), modifiedAt: instantSchema })
  .meta({ id: 'Artifact' });
export type Artifact = z.infer<typeof artifactSchema>;
export const artifactUrlRequestSchema = z
  .strictObject({
    path: z.string().min(1).optional().meta({ description: 'Of one artifact; without it, of all of them as one zip.' }),
  })
  .meta({ id: 'ArtifactUrlRequest' });
export const artifactUrlSchema = z
  .object({ url: z.string().meta({ description: 'Relative to the server.' }), expiresAt: instantSchema })
  .meta({ id: 'ArtifactUrl' });
export type ArtifactUrl = z.infer<typeof artifactUrlSchema>;
export const artifactListQuerySchema = z.strictObject(pageQuery);
export const artifactPageSchema = pageOf(artifactSchema).meta({ id: 'ArtifactPage' });
