/** A run's series as far as it is known: what the control plane has merged, asked for again while the run goes on, and what is told live. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Series } from '../../../core/api/runs.ts';
import { seriesQuery } from '../api/run-queries.ts';
import type { TimeRange } from '../charts/time-range.tsx';
import type { Session } from '../session/session-context.ts';
import { useSession } from '../session/session-context.ts';
import { LiveFeed, type LiveState } from './live-feed.ts';
import { endOf, mergeSeries } from './merge-series.ts';
import { openMqtt } from './open-mqtt.ts';

/**
 * ended: nothing more will come. live: told as it happens. polling: asked for every other second. lost: what is shown gets old, and is mended by
 * itself.
 */
export type RunConnection = 'ended' | 'live' | 'polling' | 'lost';

export interface RunFeed {
  query: UseQueryResult<Series>;
  series: Series;
  connection: RunConnection;
}

/** While the newest seconds are told live. */
const POLLED_BESIDE_LIVE_MS = 5_000;

const nothing: Series = { resolutionSeconds: 1, points: [] };
const silence: LiveState = { isConnected: false, moments: [] };

export function useRunFeed(runId: string, isEnded: boolean, label: string | null, range: TimeRange | null): RunFeed {
  const session = useSession();
  // Live data has the distribution of all requests, not that of each label.
  const feed = useLiveFeed(session, runId, !isEnded && label === null);
  const live = useSyncExternalStore(feed?.subscribe ?? listenToNothing, feed?.state ?? silent);
  const isLive = live.isConnected && live.moments.length > 0;
  const query = useQuery({
    ...seriesQuery(session.api, runId, isEnded, label, range),
    ...(isLive && !isEnded && { refetchInterval: POLLED_BESIDE_LIVE_MS }),
  });
  const { data: merged } = query;
  useEffect(() => {
    if (merged !== undefined && range === null) feed?.forgetBefore(endOf(merged));
  }, [feed, merged, range]);
  const series = useMemo(
    () => (merged === undefined ? nothing : mergeSeries(merged, live.moments, range)),
    [merged, live.moments, range],
  );
  const isLost = query.error !== null || query.failureCount > 0;
  const connection = isEnded ? 'ended' : isLost ? 'lost' : isLive ? 'live' : 'polling';
  return { query, series, connection };
}

function useLiveFeed({ config: { mqttUrl }, signIn }: Session, runId: string, isWanted: boolean): LiveFeed | null {
  return useMemo(() => {
    if (!isWanted || mqttUrl === null) return null;
    return new LiveFeed({
      accessToken: () => signIn.accessToken(),
      open: (token, onMessage) => openMqtt(mqttUrl, runId, token, onMessage),
    });
  }, [mqttUrl, signIn, runId, isWanted]);
}

const listenToNothing = () => () => {};
const silent = () => silence;
