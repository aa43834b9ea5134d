/** Writes into a run's folder what its tasks would: ready marks, segments, windows, results. */
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import type { TaskId } from '../core/plan/plan.ts';
import { writeTaurusXml } from '../core/report/taurus-xml.ts';
import { type Done, runFolderPaths } from '../core/run-folder/run-folder.ts';
import { encodeWindowLine, type LiveLabel } from '../core/run-folder/window-line.ts';
import { SegmentWriter } from '../core/statistics/segment.ts';
import { Statistics } from '../core/statistics/statistics.ts';

export const SEGMENT_SECONDS = 5;
const LABELS = 10;
const SAMPLES = 5;
const quantiles = { p50: 0, p99: 0, max: 0 };
const health: Done['health'] = {
  cpuPercentMax: 10,
  cpuPercentMean: 5,
  cpuSaturatedSecondsMax: 0,
  eventLoopLagMs: quantiles,
  startLatenessMs: quantiles,
  startSkewMs: 0,
  memoryBytesMax: 1e8,
};

const pooled = new Map(Array.from({ length: LABELS }, (_, i) => [`GET /page/${i}`, new Statistics()]));

/** A second of a task: some labels, each with some samples that differ from task to task. Valid until the next call. */
function labelsOf(task: number, second: number): ReadonlyMap<string, Statistics> {
  let label = 0;
  for (const statistics of pooled.values()) {
    statistics.clear();
    for (let i = 0; i < SAMPLES; i++) {
      const us = 2_000 + ((task * 7919 + second * 104_729 + label * 1_299_709 + i * 15_485_863) % 60_000);
      statistics.serviceTime.record(us);
      statistics.timeToFirstByte.record(us >>> 1);
    }
    Object.assign(statistics, { requests: SAMPLES, plannedStarts: SAMPLES, lastEndedUs: second * 1e6 + 900_000 });
    statistics.countCode(200, SAMPLES);
    label++;
  }
  return pooled;
}

function usersOf(): Statistics {
  return Object.assign(new Statistics(), { concurrencyMax: 10 });
}

/** Compressed, as it is written. */
export function segmentOf(id: TaskId, index: number, seconds = SEGMENT_SECONDS): Uint8Array {
  return foldedSegmentOf(id.region, [id.task], index, seconds);
}

/** The segment that those of these tasks were folded to, with the samples of the first of them only. */
export function foldedSegmentOf(region: string, tasks: number[], index: number, seconds: number): Uint8Array {
  const firstSecond = index * seconds;
  const requests = LABELS * SAMPLES * seconds;
  const header = { region, tasks, index, firstSecond, seconds };
  const taskRequests = tasks.map((_, i) => (i === 0 ? requests : 0));
  const writer = new SegmentWriter(tasks.length === 1 ? header : { ...header, taskRequests });
  for (let second = firstSecond; second < firstSecond + seconds; second++) {
    writer.addWindow({ second, labels: labelsOf(tasks[0] ?? 0, second), task: usersOf() });
  }
  return zstdCompressSync(writer.finish());
}

/** The lines of a second for all these tasks: they say the same but for the task's number. */
export function windowLinesOf(ids: readonly TaskId[], second: number): string[] {
  const [first] = ids;
  if (first === undefined) return [];
  const total = new Statistics();
  const labels: LiveLabel[] = [];
  for (const [label, statistics] of labelsOf(first.task, second)) {
    total.addLater(statistics);
    const { requests, failures, serviceTime } = statistics;
    labels.push({ label, requests, failures, sumUs: serviceTime.sumUs });
  }
  total.concurrencyMax = 10;
  const line = encodeWindowLine({ id: first, seq: second, second, seconds: 1, total, labels });
  return ids.map(({ task }) => `${line.replace(`"task":${first.task},`, `"task":${task},`)}\n`);
}

/** Whole or not at all, as tasks write. */
export function writeWhole(path: string, body: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.draft`, body);
  renameSync(`${path}.draft`, path);
}

export function appendToLog(folder: string, id: TaskId, text: string): void {
  appendFileSync(join(folder, `${id.region}-${id.task}.log`), text);
}

/** The task's whole result: what `segments` segments hold. */
export function deliver(runFolder: string, id: TaskId, segments: number): void {
  const { done, xml } = resultOf(id, segments * SEGMENT_SECONDS, segments);
  writeWhole(join(runFolder, runFolderPaths.done(id)), done);
  writeWhole(join(runFolder, runFolderPaths.xml(id)), xml);
}

/** `done.json` and XML of a task that measured so many seconds, and says that it wrote so many segments. */
export function resultOf(id: TaskId, seconds: number, segments: number): { done: string; xml: string } {
  const labels = new Map<string, Statistics>();
  const total = new Statistics();
  for (let second = 0; second < seconds; second++) {
    for (const [label, statistics] of labelsOf(id.task, second)) {
      const sum = labels.get(label) ?? new Statistics();
      labels.set(label, sum);
      sum.addLater(statistics);
      total.addLater(statistics);
    }
  }
  const { requests, failures, lastEndedUs } = total;
  const done: Done = { ...id, exit: 'completed', error: null, segments, requests, failures, lastEndedUs, health };
  const xml = writeTaurusXml({ durationSeconds: lastEndedUs / 1e6, labels, total });
  return { done: JSON.stringify(done), xml };
}
