/**
 * Measures folding and consolidating a large run: 100 tasks x 20 labels x 10 minutes, each label-second 10 to 50 samples. Segments lie on disk,
 * compressed; a second process folds each index of all tasks, rolls the folded series up to 10 s and 60 s, and adds it up to totals. Prints one
 * line of JSON. `node bench/fold.ts [--tasks N] [--labels N] [--seconds N]`
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { limits } from '../core/limits.ts';
import { summarize } from '../core/report/summarize.ts';
import { mergeSegments } from '../core/statistics/merge-segments.ts';
import { SegmentWriter } from '../core/statistics/segment.ts';
import { SeriesRollup, SeriesTotals } from '../core/statistics/series.ts';
import { Statistics } from '../core/statistics/statistics.ts';
import type { Window } from '../core/statistics/window.ts';
import { WindowReader } from '../core/statistics/window-reader.ts';

const SEGMENT_SECONDS = 5;
const FOLDED_SECONDS = [10, 60];
const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

interface Size {
  tasks: number;
  labels: number;
  seconds: number;
}

/** Random numbers from 0 to 2^32 - 1, the same in each run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
}

/** Service times in microseconds, lognormal around 20 ms, to pick from. */
function lognormalTimes(random: () => number): Uint32Array {
  const uniform = () => (random() + 0.5) / 2 ** 32;
  return Uint32Array.from({ length: 65_536 }, () => {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    return Math.round(20_000 * Math.exp(0.5 * normal));
  });
}

function fill(statistics: Statistics, second: number, times: Uint32Array, random: () => number): void {
  const samples = 10 + ((random() >>> 8) % 41);
  // The labels' medians differ, as those of real requests do.
  const slower = 1 + (statistics.concurrencyMax % 7);
  for (let i = 0; i < samples; i++) {
    const us = times[random() >>> 16]! * slower;
    statistics.serviceTime.record(us);
    statistics.timeToFirstByte.record(us - (us >>> 4));
  }
  statistics.requests = samples;
  statistics.plannedStarts = samples;
  statistics.bytesSent = samples * 180;
  statistics.bytesReceived = samples * 2_400 + (random() >>> 20);
  statistics.lastEndedUs = second * 1e6 + 999_000;
  statistics.countCode(200, samples - 1);
  statistics.countCode(random() >>> 31 ? 503 : 200, 1);
  if (statistics.codes.has(503)) {
    statistics.failures = 1;
    statistics.countError({ type: 'http', message: 'HTTP 503', count: 1, example: null });
  }
}

/** Writes the segments of all tasks below `folder`, as tasks do. */
function generate(folder: string, { tasks, labels, seconds }: Size): void {
  const random = randomFrom(1);
  const times = lognormalTimes(random);
  const names = Array.from({ length: labels }, (_, i) => `GET /page/${i}`);
  const window = { second: 0, labels: new Map(names.map((name) => [name, new Statistics()])), task: new Statistics() };
  for (let task = 0; task < tasks; task++) {
    mkdirSync(join(folder, String(task)), { recursive: true });
    for (let firstSecond = 0; firstSecond < seconds; firstSecond += SEGMENT_SECONDS) {
      const index = firstSecond / SEGMENT_SECONDS;
      const writer = new SegmentWriter({ region: 'r', tasks: [task], index, firstSecond, seconds: SEGMENT_SECONDS });
      for (let second = firstSecond; second < Math.min(firstSecond + SEGMENT_SECONDS, seconds); second++) {
        window.second = second;
        window.task.concurrencyMax = 50;
        let number = 0;
        for (const statistics of window.labels.values()) {
          statistics.clear();
          statistics.concurrencyMax = 1 + number++;
          fill(statistics, second, times, random);
        }
        writer.addWindow(window);
      }
      writeFileSync(join(folder, String(task), `${index}.seg`), zstdCompressSync(writer.finish(), checked));
    }
  }
}

/** What the control plane does from the first segment that lands to the summary of the run. */
function foldAndConsolidate(folder: string, { tasks, seconds }: Size): { requests: number; foldSeconds: number } {
  const started = performance.now();
  const folded: Buffer[] = [];
  for (let index = 0; index < Math.ceil(seconds / SEGMENT_SECONDS); index++) {
    const segments: Uint8Array[] = [];
    for (let task = 0; task < tasks; task++) {
      const file = readFileSync(join(folder, String(task), `${index}.seg`));
      segments.push(zstdDecompressSync(file, { maxOutputLength: limits.segmentBytesMax }));
    }
    folded.push(zstdCompressSync(mergeSegments(segments), checked));
  }
  const foldSeconds = (performance.now() - started) / 1000;
  const reader = new WindowReader();
  const totals = new SeriesTotals();
  const ticks: Buffer[] = [];
  const rollups = FOLDED_SECONDS.map(
    (tickSeconds) => new SeriesRollup(tickSeconds, (tick) => ticks.push(stored(tick, tickSeconds))),
  );
  for (const bytes of folded) {
    const segment = zstdDecompressSync(bytes);
    totals.add([segment]);
    reader.read([segment], (window) => {
      for (const rollup of rollups) rollup.add(window);
    });
  }
  for (const rollup of rollups) rollup.finish();
  for (const statistics of totals.labels.values()) summarize(statistics);
  return { requests: summarize(totals.total()).requests, foldSeconds };
}

function stored(tick: Window, tickSeconds: number): Buffer {
  const writer = new SegmentWriter({
    region: 'r',
    tasks: [],
    index: 0,
    firstSecond: tick.second,
    seconds: tickSeconds,
    tickSeconds,
  });
  writer.addWindow(tick);
  return zstdCompressSync(writer.finish(), checked);
}

function measure(folder: string, size: Size): void {
  const started = performance.now();
  const { requests, foldSeconds } = foldAndConsolidate(folder, size);
  const seconds = (performance.now() - started) / 1000;
  // Service time and time to first byte of each label-second.
  const histograms = size.tasks * size.labels * size.seconds * 2;
  console.log(
    JSON.stringify({
      mergedHistogramsPerSecond: Math.round(histograms / foldSeconds),
      seconds: Number(seconds.toFixed(2)),
      foldSeconds: Number(foldSeconds.toFixed(2)),
      cpuSeconds: Number((process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6).toFixed(2)),
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
      histograms,
      requests,
    }),
  );
}

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '100' },
    labels: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '600' },
    measure: { type: 'string' },
  },
});
const size = { tasks: Number(values.tasks), labels: Number(values.labels), seconds: Number(values.seconds) };
if (values.measure !== undefined) {
  measure(values.measure, size);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-fold-'));
  try {
    generate(folder, size);
    const again = [fileURLToPath(import.meta.url), ...process.argv.slice(2), '--measure', folder];
    execFileSync(process.execPath, again, { stdio: 'inherit' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
