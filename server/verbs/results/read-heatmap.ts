/** How a run's response times are spread over time: few columns of time, few rows of duration, every request in exactly one cell. */
import { type Heatmap, seriesResolutions } from '../../../core/api/runs.ts';
import type { Actor } from '../../../core/api/system.ts';
import { BUCKETS_MAX, bucketLowestUs, bucketOf } from '../../../core/statistics/histogram.ts';
import type { SeriesTick } from '../../../core/statistics/part-of-series.ts';
import type { Ports } from '../../ports/ports.ts';
import { addUpPart } from './add-up-part.ts';
import { openResults } from './open-results.ts';
import { type PartQuery, partOfRun } from './part-of-run.ts';

const COLUMNS_MAX = 400;
const ROWS_MAX = 48;

interface Column {
  second: number;
  seconds: number;
  /** Bucket and count, in order. */
  buckets: [number, number][];
}

/** Throws as `readSeries`. */
export async function readHeatmap(
  ports: Pick<Ports, 'runs' | 'objects' | 'nowMs' | 'log'>,
  actor: Actor,
  input: PartQuery & { runId: string },
  signal: AbortSignal,
): Promise<Heatmap> {
  const results = await openResults(ports, actor, input.runId);
  const part = partOfRun(results, input, ports.nowMs());
  const seconds = part.toSecond - part.fromSecond;
  const resolutionSeconds = seriesResolutions.find((each) => seconds / each <= COLUMNS_MAX) ?? 3_600 * 24;
  const columns: Column[] = [];
  const onTick = ({ second, seconds: lasting, statistics }: SeriesTick): void => {
    const { histogram } = statistics.responseTime ?? statistics.serviceTime;
    columns.push({ second, seconds: lasting, buckets: [...histogram.usedBuckets()] });
  };
  await addUpPart(ports, results, { ...part, tickSeconds: resolutionSeconds }, onTick, signal);
  return { resolutionSeconds, ...rowsOf(columns) };
}

/** Rows of equal height on a logarithmic scale, between the shortest and the longest; their edges lie on edges of buckets, so nothing is split. */
function rowsOf(columns: readonly Column[]): Pick<Heatmap, 'edgesUs' | 'columns'> {
  const first = Math.min(...columns.map(({ buckets }) => buckets[0]?.[0] ?? BUCKETS_MAX));
  const last = Math.max(-1, ...columns.map(({ buckets }) => buckets.at(-1)?.[0] ?? -1));
  if (last < 0) return { edgesUs: [0, 1], columns: [] };
  const edges = edgesBetween(first, last);
  const rowOfBucket = new Map<number, number>();
  const rowOf = (bucket: number): number => {
    const known = rowOfBucket.get(bucket);
    if (known !== undefined) return known;
    const row = edges.findLastIndex((edge) => edge <= bucket);
    rowOfBucket.set(bucket, row);
    return row;
  };
  return {
    edgesUs: [...edges.map(bucketLowestUs), bucketLowestUs(last + 1)],
    columns: columns.map(({ buckets, second, seconds }) => {
      const counts = new Array<number>(edges.length).fill(0);
      for (const [bucket, count] of buckets) counts[rowOf(bucket)]! += count;
      return { second, seconds, counts };
    }),
  };
}

/** First buckets of the rows, rising. */
function edgesBetween(first: number, last: number): number[] {
  const low = Math.log(Math.max(1, bucketLowestUs(first)));
  const high = Math.log(Math.max(2, bucketLowestUs(last + 1)));
  const edges = [first];
  for (let row = 1; row < ROWS_MAX; row++) {
    const bucket = bucketOf(Math.round(Math.exp(low + ((high - low) * row) / ROWS_MAX)));
    if (bucket > edges.at(-1)! && bucket <= last) edges.push(bucket);
  }
  return edges;
}
