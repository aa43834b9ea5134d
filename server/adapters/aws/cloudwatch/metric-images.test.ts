import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChartMetric } from '../../../../core/api/runs.ts';
import { sampleRun } from '../../../ports/fixtures/sample-rows.ts';
import { createMetricImages, metricWidget } from './metric-images.ts';

const GO_AT_MS = Date.UTC(2026, 0, 31, 12);
const run = sampleRun({ id: 'run-1', goAtMs: GO_AT_MS, endedAtMs: GO_AT_MS + 600_000 });
const order = (metric: ChartMetric, of = run) => ({
  run: of,
  metric,
  width: 640,
  height: 240,
  series: () => Promise.reject(new Error('not needed')),
});

/** moto has no GetMetricWidgetImage: an endpoint that answers as AWS does in the protocol of the SDK, or not at all. */
describe('pictures of CloudWatch', () => {
  let server: Server;
  let answer: RequestListener;
  let asked: string;
  beforeEach(async () => {
    server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        asked = Buffer.concat(pieces).toString('latin1');
        answer(request, response);
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const images = () => {
    const { port } = server.address() as AddressInfo;
    const client = new CloudWatchClient({
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    return createMetricImages({ client, region: 'eu-west-1', nowMs: () => GO_AT_MS + 900_000 });
  };

  it('are handed on as they are', async () => {
    const png = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 255]);
    answer = (_request, response) => {
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify({ MetricWidgetImage: png.toString('base64') }));
    };
    expect(Buffer.from(await images().draw(order('responseTime')))).toEqual(png);
    expect(JSON.parse(JSON.parse(asked).MetricWidget)).toMatchObject({ title: 'Response time' });
  });

  it('are missed when CloudWatch draws none', async () => {
    answer = (_request, response) => response.writeHead(400).end('<ErrorResponse/>');
    await expect(images().draw(order('users'))).rejects.toMatchObject({ code: 'chart_failed' });
    answer = (_request, response) => response.destroy();
    await expect(images().draw(order('users'))).rejects.toMatchObject({ code: 'chart_failed' });
  });
});

describe('what CloudWatch is asked to draw', () => {
  const widgetOf = (metric: ChartMetric, of = run, nowMs = GO_AT_MS + 900_000) =>
    metricWidget(order(metric, of), 'eu-west-1', nowMs) as {
      period: number;
      start: string;
      end: string;
      metrics: unknown[][];
    };

  it('is the run, all regions together', () => {
    expect(widgetOf('responseTime')).toMatchObject({
      title: 'Response time',
      width: 640,
      height: 240,
      region: 'eu-west-1',
      start: '2026-01-31T12:00:00.000Z',
      end: '2026-01-31T12:10:00.000Z',
      metrics: [
        ['Loadstar', 'responseTimeP50', 'run', 'run-1', 'region', 'all', { stat: 'Maximum', label: 'p50' }],
        ['Loadstar', 'responseTimeP95', 'run', 'run-1', 'region', 'all', { stat: 'Maximum', label: 'p95' }],
        ['Loadstar', 'responseTimeP99', 'run', 'run-1', 'region', 'all', { stat: 'Maximum', label: 'p99' }],
      ],
    });
  });

  it('is a rate of what adds up', () => {
    const [rate, requests] = widgetOf('requestsPerSecond').metrics;
    expect(rate).toEqual([{ expression: 'm0/PERIOD(m0)', label: 'requests', id: 'rate0' }]);
    expect(requests?.slice(0, 2)).toEqual(['Loadstar', 'requests']);
    expect(requests?.at(-1)).toEqual({ stat: 'Sum', id: 'm0', visible: false });
  });

  it('is as fine as it is still known, and as the picture can show', () => {
    const day = 24 * 3_600_000;
    const long = { ...run, endedAtMs: GO_AT_MS + 10 * day };
    expect(widgetOf('users').period).toBe(10);
    expect(widgetOf('users', run, GO_AT_MS + day).period).toBe(60);
    expect(widgetOf('users', run, GO_AT_MS + 20 * day).period).toBe(300);
    expect(widgetOf('users', run, GO_AT_MS + 100 * day).period).toBe(3_600);
    expect(widgetOf('users', long, GO_AT_MS + 11 * day).period).toBe(3_600);
  });

  it('ends now while the run goes on, and is never empty', () => {
    const underWay = { ...run, endedAtMs: null };
    expect(widgetOf('users', underWay).end).toBe('2026-01-31T12:15:00.000Z');
    const queued = { ...run, goAtMs: null, endedAtMs: null, createdAtMs: GO_AT_MS };
    expect(widgetOf('users', queued, GO_AT_MS).end).toBe('2026-01-31T12:01:00.000Z');
  });
});
