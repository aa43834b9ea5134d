/** Pictures of what runs did. */
import { createRoute, z } from '@hono/zod-openapi';
import { idSchema } from '../../../core/api/common.ts';
import { chartQuerySchema } from '../../../core/api/runs.ts';
import type { ChartImages } from '../../ports/chart-images.ts';
import type { Ports } from '../../ports/ports.ts';
import { drawChart } from '../../verbs/results/draw-chart.ts';
import type { Api } from '../api.ts';

/** Of a run that has ended, and of one that goes on. */
const CACHED_SECONDS = { ended: 3_600, underWay: 5 };

const chartRoute = createRoute({
  method: 'get',
  path: '/runs/{runId}/chart.png',
  operationId: 'getChart',
  tags: ['Results'],
  summary: 'A chart of a run as a picture',
  request: { params: z.object({ runId: idSchema }), query: chartQuerySchema },
  responses: {
    200: { description: 'As far as the run is merged by now.', content: { 'image/png': { schema: z.string() } } },
  },
});

export type ChartRouteDependencies = Pick<Ports, 'runs' | 'objects' | 'nowMs' | 'log'> & { chartImages: ChartImages };

export function registerChartRoutes(app: Api, deps: ChartRouteDependencies): void {
  app.openapi(chartRoute, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('query') };
    const { isLasting, png } = await drawChart(deps, c.get('actor'), input, c.req.raw.signal);
    const seconds = isLasting ? CACHED_SECONDS.ended : CACHED_SECONDS.underWay;
    const headers = { 'content-type': 'image/png', 'cache-control': `private, max-age=${seconds}` };
    return c.body(new Uint8Array(png), 200, headers) as never;
  });
}
