/** A run's charts with what feeds them: alone, so that what is told each second renders nothing else of the page. */
import { memo, useEffect } from 'react';
import { useTimeRange } from '../../charts/time-range.tsx';
import { type RunConnection, useRunFeed } from '../../live/run-feed.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { RunCharts } from './run-charts.tsx';

interface LiveChartsProps {
  runId: string;
  isEnded: boolean;
  label: string | null;
  /** When the last request ended, from go; null while that is not known. */
  endSecond: number | null;
  /** Is told at first, and when it has changed. */
  onConnection(connection: RunConnection): void;
}

export const LiveCharts = memo(function LiveCharts(props: LiveChartsProps) {
  const { runId, isEnded, label, endSecond, onConnection } = props;
  const { range } = useTimeRange();
  const { connection, query, series } = useRunFeed(runId, isEnded, label, range);
  useEffect(() => onConnection(connection), [connection, onConnection]);
  return (
    <Loaded query={query}>
      {() => <RunCharts runId={runId} isEnded={isEnded} label={label} series={series} endSecond={endSecond} />}
    </Loaded>
  );
});
