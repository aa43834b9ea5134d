/** What the page of a run asks of the API. */
import { queryOptions } from '@tanstack/react-query';
import type { Breakdown, Heatmap, RunDistribution, RunPlan, RunTask, Series } from '../../../core/api/runs.ts';
import type { Report } from '../../../core/report/report.ts';
import type { TimeRange } from '../charts/time-range.tsx';
import type { ApiClient } from './api-client.ts';
import type { Page } from './queries.ts';

export type LabelStatistics = Breakdown['labels'][number];

/** Of a run that has ended nothing changes any more. */
const freshness = (isEnded: boolean, pollMs: number) =>
  isEnded ? { staleTime: Number.POSITIVE_INFINITY } : { refetchInterval: pollMs, staleTime: 0 };

const base = (runId: string): string => `/runs/${encodeURIComponent(runId)}`;
const rangeKey = (range: TimeRange | null) => (range === null ? 'all' : `${range.from}-${range.to}`);

export const reportQuery = (api: ApiClient, runId: string, isEnded: boolean) =>
  queryOptions({
    queryKey: ['report', runId],
    queryFn: ({ signal }) => api.get<Report>(`${base(runId)}/report`, {}, signal),
    enabled: isEnded,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const runPlanQuery = (api: ApiClient, runId: string) =>
  queryOptions({
    queryKey: ['run-plan', runId],
    queryFn: ({ signal }) => api.get<RunPlan>(`${base(runId)}/plan`, {}, signal),
    // When its executions begin is known from go on.
    refetchInterval: ({ state }) =>
      state.data?.executions.some((one) => one.beginSeconds === null) === true ? 2_000 : false,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const seriesQuery = (
  api: ApiClient,
  runId: string,
  isEnded: boolean,
  label: string | null,
  range: TimeRange | null,
) =>
  queryOptions({
    queryKey: ['series', runId, label, rangeKey(range)],
    queryFn: ({ signal }) => api.get<Series>(`${base(runId)}/series`, { label, ...range }, signal),
    ...freshness(isEnded, 2_000),
  });

export const breakdownQuery = (api: ApiClient, runId: string, isEnded: boolean, range: TimeRange | null) =>
  queryOptions({
    queryKey: ['breakdown', runId, rangeKey(range)],
    queryFn: ({ signal }) => api.get<Breakdown>(`${base(runId)}/breakdown`, { ...range }, signal),
    ...freshness(isEnded, 5_000),
  });

export const heatmapQuery = (
  api: ApiClient,
  runId: string,
  isEnded: boolean,
  label: string | null,
  range: TimeRange | null,
) =>
  queryOptions({
    queryKey: ['heatmap', runId, label, rangeKey(range)],
    queryFn: ({ signal }) => api.get<Heatmap>(`${base(runId)}/heatmap`, { label, ...range }, signal),
    ...freshness(isEnded, 5_000),
  });

export const distributionQuery = (
  api: ApiClient,
  runId: string,
  part: { label: string | null; region: string | null; range: TimeRange | null },
) =>
  queryOptions({
    queryKey: ['distribution', runId, part.label, part.region, rangeKey(part.range)],
    queryFn: ({ signal }) =>
      api.get<RunDistribution>(
        `${base(runId)}/distribution`,
        { label: part.label, region: part.region, ...part.range },
        signal,
      ),
  });

export const tasksQuery = (api: ApiClient, runId: string, isEnded: boolean) =>
  queryOptions({
    queryKey: ['tasks', runId],
    queryFn: ({ signal }) => api.get<Page<RunTask>>(`${base(runId)}/tasks`, { limit: 200 }, signal),
    ...freshness(isEnded, 5_000),
  });
