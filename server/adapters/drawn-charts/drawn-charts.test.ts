import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Series } from '../../../core/api/runs.ts';
import { seriesPointOf } from '../../../core/report/series-point.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import { sampleRun } from '../../ports/fixtures/sample-rows.ts';
import { createDrawnCharts } from './drawn-charts.ts';

function seriesOf(seconds: number): Series {
  const points = Array.from({ length: seconds }, (_, second) => {
    const statistics = new Statistics();
    statistics.requests = 10 + second;
    for (let i = 0; i < statistics.requests; i++) statistics.serviceTime.record(5_000);
    return seriesPointOf({ second, seconds: 1, statistics });
  });
  return { resolutionSeconds: 1, points };
}

/** Pixels of a PNG that are not white, within a rectangle; of those without interlacing, of 8 bits a channel. */
function inkIn(
  png: Buffer,
  { left, top, right, bottom }: { left: number; top: number; right: number; bottom: number },
): number {
  const width = png.readUInt32BE(16);
  const channels = png[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const rows = unfiltered(inflateSync(Buffer.concat(parts)), width * channels, channels);
  let ink = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) if ((rows[y]?.[x * channels] ?? 255) < 250) ink++;
  }
  return ink;
}

/** The rows of a PNG with its filters undone (PNG specification, section 9). */
function unfiltered(bytes: Buffer, rowBytes: number, pixelBytes: number): Uint8Array[] {
  const rows: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += rowBytes + 1) {
    const before = rows.at(-1) ?? new Uint8Array(rowBytes);
    const row = Uint8Array.from(bytes.subarray(at + 1, at + 1 + rowBytes));
    for (let i = 0; i < rowBytes; i++) {
      const left = i < pixelBytes ? 0 : row[i - pixelBytes]!;
      const corner = i < pixelBytes ? 0 : before[i - pixelBytes]!;
      row[i]! += predicted(bytes[at]!, left, before[i]!, corner);
    }
    rows.push(row);
  }
  return rows;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) return 0;
  const [a, b, c] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

const draw = async (series: Series, metric: 'requestsPerSecond' | 'users' = 'requestsPerSecond') =>
  Buffer.from(
    await createDrawnCharts().draw({ run: sampleRun(), metric, width: 600, height: 200, series: async () => series }),
  );

describe('charts that are drawn', () => {
  it('have lines, and letters without any font of the machine', async () => {
    const png = await draw(seriesOf(60));
    const title = { left: 70, top: 5, right: 200, bottom: 22 };
    const axis = { left: 0, top: 30, right: 66, bottom: 180 };
    const plot = { left: 75, top: 30, right: 580, bottom: 170 };
    for (const part of [title, axis, plot]) expect(inkIn(png, part)).toBeGreaterThan(100);
  });

  it('say so when nothing was measured', async () => {
    const png = await draw(seriesOf(0), 'users');
    expect(inkIn(png, { left: 200, top: 85, right: 400, bottom: 110 })).toBeGreaterThan(50);
    expect(inkIn(png, { left: 0, top: 130, right: 600, bottom: 190 })).toBe(0);
  });

  it('are drawn one after the other, and not for a crowd', async () => {
    const charts = createDrawnCharts();
    const never = () => new Promise<Series>(() => {});
    const order = { run: sampleRun(), metric: 'users' as const, width: 200, height: 100 };
    for (let i = 0; i < 20; i++) void charts.draw({ ...order, series: never });
    await expect(charts.draw({ ...order, series: never })).rejects.toMatchObject({ code: 'chart_failed' });
  });
});
