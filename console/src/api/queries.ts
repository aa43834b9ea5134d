/** What screens ask of the API, each under one key, so that what changes is asked again everywhere. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { RunResource } from '../../../core/api/runs.ts';
import type { ScenarioItem, ScenarioResource } from '../../../core/api/scenarios.ts';
import type { AuditPage, RegionPage } from '../../../core/api/system.ts';
import type { ApiClient, Query } from './api-client.ts';

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Runs that have not ended change by themselves. */
const ACTIVE_POLL_MS = 2_000;
const IDLE_POLL_MS = 15_000;

export const isFinal = ({ phase }: Pick<RunResource, 'phase'>): boolean =>
  phase === 'complete' || phase === 'failed' || phase === 'cancelled';

export const runsQuery = (api: ApiClient, query: Query = {}) =>
  queryOptions({
    queryKey: ['runs', query],
    queryFn: ({ signal }) => api.get<Page<RunResource>>('/runs', query, signal),
    refetchInterval: ({ state }) =>
      state.data?.items.some((run) => !isFinal(run)) === true ? ACTIVE_POLL_MS : IDLE_POLL_MS,
  });

/** All runs, page by page. */
export const allRunsQuery = (api: ApiClient, query: Query = {}) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'all', query],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<RunResource>>('/runs', { ...query, limit: 100, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: IDLE_POLL_MS,
  });

export const runQuery = (api: ApiClient, runId: string) =>
  queryOptions({
    queryKey: ['run', runId],
    queryFn: ({ signal }) => api.get<RunResource>(`/runs/${encodeURIComponent(runId)}`, {}, signal),
    refetchInterval: ({ state }) => (state.data !== undefined && isFinal(state.data) ? false : ACTIVE_POLL_MS),
  });

export const scenariosQuery = (api: ApiClient, query: Query = {}) =>
  infiniteQueryOptions({
    queryKey: ['scenarios', query],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<ScenarioItem>>('/scenarios', { ...query, limit: 200, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const scenarioQuery = (api: ApiClient, scenarioId: string) =>
  queryOptions({
    queryKey: ['scenario', scenarioId],
    queryFn: ({ signal }) => api.get<ScenarioResource>(`/scenarios/${encodeURIComponent(scenarioId)}`, {}, signal),
  });

export const regionsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['regions'],
    queryFn: ({ signal }) => api.get<RegionPage>('/regions', {}, signal),
    refetchInterval: IDLE_POLL_MS,
  });

export const auditQuery = (api: ApiClient) =>
  infiniteQueryOptions({
    queryKey: ['audit'],
    queryFn: ({ pageParam, signal }) => api.get<AuditPage>('/audit', { limit: 200, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
