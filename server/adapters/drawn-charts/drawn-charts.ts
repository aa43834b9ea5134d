/** Charts drawn from the stored series: the same as in an exported run, as PNG. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { LoadstarError } from '../../../core/errors.ts';
import { chartPicture } from '../../export/line-chart.ts';
import { chartOf } from '../../export/run-charts.ts';
import type { ChartImages } from '../../ports/chart-images.ts';
import { createMutex } from '../mutex.ts';

const DRAWING_MS_MAX = 20_000;
/** How many may wait for theirs; pictures are drawn one after the other. */
const WAITING_MAX = 20;

export function createDrawnCharts(): ChartImages {
  const oneAtATime = createMutex();
  let waiting = 0;
  return {
    async draw({ height, metric, series, width }) {
      if (waiting >= WAITING_MAX) throw new LoadstarError('chart_failed', 'Too many charts are being drawn.');
      waiting++;
      try {
        const { html: svg } = chartPicture(chartOf(metric, await series()), { width, height });
        return await oneAtATime(() => pngOf(svg));
      } finally {
        waiting--;
      }
    },
  };
}

async function pngOf(svg: string): Promise<Uint8Array> {
  const thread = new Worker(new URL('./png-thread.ts', import.meta.url), { workerData: svg });
  try {
    const [png] = (await once(thread, 'message', { signal: AbortSignal.timeout(DRAWING_MS_MAX) })) as [Uint8Array];
    return png;
  } catch (error) {
    throw new LoadstarError('chart_failed', `The chart could not be drawn: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await thread.terminate();
  }
}
