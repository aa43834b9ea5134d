import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDrawnCharts } from '../../adapters/drawn-charts/drawn-charts.ts';
import type { ChartImages } from '../../ports/chart-images.ts';
import { RunWorld } from '../../verbs/fixtures/run-world.ts';
import { problemOf } from '../fixtures/sample-server.ts';
import { startServer, type TestServer } from '../fixtures/start-server.ts';

describe('the chart of a run', () => {
  let world: RunWorld;
  let server: TestServer;
  const drawn = createDrawnCharts();
  const draw = vi.fn<ChartImages['draw']>((order) => drawn.draw(order));
  beforeEach(async () => {
    world = new RunWorld();
    server = await startServer({ app: { ...world.ports, nowMs: world.clock.now, chartImages: { draw } } });
  });
  afterEach(() => server.close(0));

  it('is a picture of the size that was asked for, and lasts when the run has ended', async () => {
    const { id } = await world.startAndTake();
    const early = await server.call(`/api/runs/${id}/chart.png?width=200&height=100`);
    expect(early.headers.get('cache-control')).toBe('private, max-age=5');
    await world.runToEnd(id);
    const answer = await server.call(`/api/runs/${id}/chart.png?metric=responseTime&width=640&height=240`);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('cache-control')).toBe('private, max-age=3600');
    const png = Buffer.from(await answer.arrayBuffer());
    expect(png.subarray(0, 8)).toEqual(Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([640, 240]);
  });

  it('shows requests per second unless something else is asked for, in bounds', async () => {
    const { id } = await world.startAndTake();
    await world.runToEnd(id);
    draw.mockResolvedValueOnce(new Uint8Array([1]));
    await server.call(`/api/runs/${id}/chart.png`);
    expect(draw).toHaveBeenLastCalledWith(
      expect.objectContaining({ metric: 'requestsPerSecond', width: 900, height: 300 }),
    );
    for (const query of ['width=199', 'width=2001', 'height=99', 'height=1e3', 'metric=codes', 'colour=red']) {
      expect((await problemOf(await server.call(`/api/runs/${id}/chart.png?${query}`))).status).toBe(400);
    }
    expect((await problemOf(await server.call('/api/runs/run-x/chart.png'))).code).toBe('not_found');
  });
});
