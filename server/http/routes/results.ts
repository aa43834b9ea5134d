/** What came out of a run: report, series, distributions, tasks, logs. Its artifacts are in `artifacts.ts`. */
import { createRoute, z } from '@hono/zod-openapi';
import { idSchema, wholeNumberQuery } from '../../../core/api/common.ts';
import {
  breakdownQuerySchema,
  breakdownSchema,
  distributionQuerySchema,
  distributionSchema,
  heatmapQuerySchema,
  heatmapSchema,
  reportResourceSchema,
  runPlanSchema,
  runTaskListQuerySchema,
  runTaskPageSchema,
  seriesQuerySchema,
  seriesSchema,
  taskLogQuerySchema,
} from '../../../core/api/runs.ts';
import { limits } from '../../../core/limits.ts';
import { regionNameSchema } from '../../../core/scenario/scenario.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SignedDownloads } from '../../ports/signed-downloads.ts';
import { exportRun } from '../../verbs/results/export-run.ts';
import { listRunTasks } from '../../verbs/results/list-run-tasks.ts';
import { readBreakdown } from '../../verbs/results/read-breakdown.ts';
import { readDistribution } from '../../verbs/results/read-distribution.ts';
import { readHeatmap } from '../../verbs/results/read-heatmap.ts';
import { readRunPlan } from '../../verbs/results/read-run-plan.ts';
import { readSeries } from '../../verbs/results/read-series.ts';
import { readStoredReport } from '../../verbs/results/read-stored-report.ts';
import { readTaskLog } from '../../verbs/results/read-task-log.ts';
import type { Api } from '../api.ts';
import { answerDownload } from '../download-answer.ts';
import { streamAnswer } from '../stream-answer.ts';

const tags = ['Results'];
const params = z.object({ runId: idSchema });

const reportRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}/report',
  operationId: 'getReport',
  tags,
  summary: 'The report of a run that has ended',
  request: { params },
  responses: {
    200: { description: 'As it was stored.', content: { 'application/json': { schema: reportResourceSchema } } },
    302: { description: 'It is larger than 5 MB: it lies at the Location, for a while.' },
  },
});

const seriesRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}/series',
  operationId: 'getSeries',
  tags,
  summary: 'A run over time, also while it goes on',
  request: { params, query: seriesQuerySchema },
  responses: { 200: { description: 'Its points.', content: { 'application/json': { schema: seriesSchema } } } },
});

const distributionRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}/distribution',
  operationId: 'getDistribution',
  tags,
  summary: 'How the times of a run, or of any part of it, are distributed',
  request: { params, query: distributionQuerySchema },
  responses: {
    200: { description: 'Merged exactly.', content: { 'application/json': { schema: distributionSchema } } },
  },
});

const breakdownRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}/breakdown',
  operationId: 'getBreakdown',
  tags,
  summary: 'What each label and region did, in a run or any part of it',
  request: { params, query: breakdownQuerySchema },
  responses: {
    200: { description: 'Merged exactly.', content: { 'application/json': { schema: breakdownSchema } } },
  },
});

const heatmapRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}/heatmap',
  operationId: 'getHeatmap',
  tags,
  summary: 'How response times are spread over time',
  request: { params, query: heatmapQuerySchema },
  responses: {
    200: { description: 'Counts.', content: { 'application/json': { schema: heatmapSchema } } },
  },
});

const planRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}/plan',
  operationId: 'getRunPlan',
  tags,
  summary: 'What a run was planned to be',
  request: { params },
  responses: {
    200: { description: 'Its load over time.', content: { 'application/json': { schema: runPlanSchema } } },
  },
});

const exportRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}/export.html',
  operationId: 'exportRun',
  tags,
  summary: 'A run as one HTML page that needs nothing else',
  request: { params },
  responses: {
    200: { description: 'The page.', content: { 'text/html': { schema: z.string() } } },
    302: { description: 'It is larger than 5 MB: it lies at the Location, for a while.' },
  },
});

const tasksRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}/tasks',
  operationId: 'listRunTasks',
  tags,
  summary: 'The tasks of a run',
  request: { params, query: runTaskListQuerySchema },
  responses: {
    200: { description: 'A page of them.', content: { 'application/json': { schema: runTaskPageSchema } } },
  },
});

const logRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}/tasks/{region}/{task}/log',
  operationId: 'getTaskLog',
  tags,
  summary: 'What a task prints',
  request: {
    params: params.extend({ region: regionNameSchema, task: wholeNumberQuery({ min: 0, max: limits.tasksMax - 1 }) }),
    query: taskLogQuerySchema,
  },
  responses: {
    200: {
      description:
        'Its lines but for the windows; at most the last 5 MB, and what is printed from then on when it is followed. With a header Refresh: ask again after so many seconds.',
      content: { 'text/plain': { schema: z.string() } },
    },
  },
});

export type ResultRouteDependencies = Pick<
  Ports,
  'runs' | 'objects' | 'taskResults' | 'taskLogs' | 'launcher' | 'nowMs' | 'log'
> & {
  downloads: SignedDownloads;
  /** Answers reach clients when they are whole: who follows a log is told to ask again. */
  collectsAnswers?: boolean;
};

/** Then whoever follows a log asks for it again. */
const REFRESH_SECONDS = 3;

export function registerResultRoutes(app: Api, deps: ResultRouteDependencies): void {
  app.openapi(reportRoute, async (c) => {
    const { runId } = c.req.valid('param');
    const report = await readStoredReport(deps, c.get('actor'), { runId });
    return answerDownload(c, deps, { what: { kind: 'report', runId }, name: 'report.json', ...report }) as never;
  });
  app.openapi(seriesRoute, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('query') };
    return c.json(await readSeries(deps, c.get('actor'), input, c.req.raw.signal), 200);
  });
  app.openapi(distributionRoute, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('query') };
    return c.json(await readDistribution(deps, c.get('actor'), input, c.req.raw.signal), 200);
  });
  app.openapi(breakdownRoute, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('query') };
    return c.json(await readBreakdown(deps, c.get('actor'), input, c.req.raw.signal), 200);
  });
  app.openapi(heatmapRoute, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('query') };
    return c.json(await readHeatmap(deps, c.get('actor'), input, c.req.raw.signal), 200);
  });
  app.openapi(planRoute, async (c) => c.json(await readRunPlan(deps, c.get('actor'), c.req.valid('param')), 200));
  app.openapi(exportRoute, async (c) => {
    const { runId } = c.req.valid('param');
    const page = await exportRun(deps, c.get('actor'), { runId }, c.req.raw.signal);
    return answerDownload(c, deps, { ...page, what: { kind: 'page', runId } }) as never;
  });
  app.openapi(tasksRoute, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('query') };
    return c.json(await listRunTasks(deps, c.get('actor'), input), 200);
  });
  app.openapi(logRoute, async (c) => {
    const { follow, tailLines } = c.req.valid('query');
    const how = { follow: follow === 'true', waits: deps.collectsAnswers !== true, tailLines: tailLines ?? null };
    const { text, isOpen } = await readTaskLog(
      deps,
      c.get('actor'),
      { ...c.req.valid('param'), ...how },
      c.req.raw.signal,
    );
    // A proxy that collects the answer would keep the news from whoever follows.
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      'x-accel-buffering': 'no',
      ...(isOpen && { refresh: String(REFRESH_SECONDS) }),
    };
    return streamAnswer(c, text, { headers, log: deps.log }) as never;
  });
}
