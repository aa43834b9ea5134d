/** A run that is stored as if it had been carried out: its row, its plan, its folded series, and when it is over its report. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planSchema } from '../core/plan/plan.ts';
import { buildReport } from '../core/report/build-report.ts';
import type { Run } from '../core/run/run.ts';
import { runFolderPaths } from '../core/run-folder/run-folder.ts';
import { SegmentWriter } from '../core/statistics/segment.ts';
import { Statistics } from '../core/statistics/statistics.ts';
import type { FilesystemObjectStore } from '../server/adapters/local/filesystem-object-store.ts';
import { foldingPlan } from '../server/folding/fixtures/segments.ts';
import { RolledSeriesWriter } from '../server/folding/rolled-series.ts';
import { sampleRun } from '../server/ports/fixtures/sample-rows.ts';
import type { Ports } from '../server/ports/ports.ts';
import { openRunFolder, type RunFolder, toJson } from '../server/run-folder/run-folder.ts';
import { writeSegmentFile } from '../server/run-folder/segment-files.ts';
import { SEGMENT_SECONDS, writeWhole } from './simulated-tasks.ts';

const SAMPLES = 10;
const USERS = 50;

export interface SeededStores {
  runs: Ports['runs'];
  objects: FilesystemObjectStore;
}

export interface SeededRun {
  id: string;
  name: string;
  /** One task in each unless `tasks` says otherwise. */
  regions: readonly string[];
  tasks?: number;
  /** Measured so far. */
  seconds: number;
  labels: number;
  goAtMs: number;
  /** Only in ticks, which is what a long part is read from: quicker to store. */
  isInTicksOnly?: boolean;
  /** Null: it goes on. */
  endedAtMs: number | null;
}

/** The same numbers for the same run. A run under way has no report and no ticks yet. */
export async function seedRun({ runs, objects }: SeededStores, seeded: SeededRun): Promise<Run> {
  const { endedAtMs, goAtMs, id, isInTicksOnly = false, name, seconds, tasks = 1 } = seeded;
  const isOver = endedAtMs !== null;
  // Not through the store, which waits for the disk after each of some thousand files.
  const at = fileURLToPath(objects.urlOf(`runs/${id}/`));
  const folder: RunFolder = {
    ...openRunFolder(objects, id),
    put: async (path, body) => writeWhole(join(at, path), body as Uint8Array),
  };
  const regions = seeded.regions.map((region) => ({ name: region, tasks, share: 1 }));
  const durationSeconds = isOver ? seconds : seconds + 600;
  const times = { durationSeconds, deadlineSeconds: durationSeconds + 60, segmentSeconds: SEGMENT_SECONDS };
  const plan = planSchema.parse(foldingPlan({ runId: id, scenarioName: name, regions, ...times }));
  await folder.put(runFolderPaths.plan, toJson(plan));
  const rolled = new RolledSeriesWriter(folder, seeded.regions);
  const merged = new Map(labelNames(seeded).map((label) => [label, new Statistics()]));
  const totals = new Map(labelNames(seeded).map((label) => [label, new Statistics()]));
  const ofRegions = new Map(seeded.regions.map((region) => [region, new Statistics()]));
  for (let index = 0; index * SEGMENT_SECONDS < seconds; index++) {
    const segments = seeded.regions.map((region) => ({ region, bytes: segmentOf(seeded, region, index) }));
    for (const { bytes, region } of isInTicksOnly ? [] : segments) {
      await writeSegmentFile(folder, runFolderPaths.folded(region, index), bytes);
    }
    if (!isOver) continue;
    for (let second = index * SEGMENT_SECONDS; second < Math.min(seconds, (index + 1) * SEGMENT_SECONDS); second++) {
      for (const statistics of merged.values()) statistics.clear();
      for (const region of seeded.regions) {
        for (const [label, statistics] of labelsOf(seeded, region, second)) {
          for (const sum of [merged.get(label), totals.get(label), ofRegions.get(region)]) sum?.addLater(statistics);
        }
      }
      rolled.addWindow({ second, labels: merged, task: usersOf(seeded.regions.length) });
    }
    await rolled.addSegments(segments);
  }
  const run = sampleRun({
    id,
    scenarioId: `scenario-of-${id}`,
    scenarioName: name,
    regions,
    phase: isOver ? 'complete' : 'running',
    ...(isOver && { outcome: 'complete', verdict: 'none' }),
    durationSeconds,
    createdAtMs: goAtMs - 5_000,
    phaseSinceMs: endedAtMs ?? goAtMs,
    goAtMs,
    endedAtMs,
    summary: null,
  });
  if (isOver) {
    await rolled.finish();
    const total = new Statistics();
    for (const statistics of totals.values()) total.addLater(statistics);
    const common = { remarks: [], requestsOfTask: new Map<string, number>(), tasks: [], criteria: [] };
    const statistics = { total, regions: ofRegions, labels: totals };
    const when = { startedAtMs: goAtMs, endedAtMs };
    const report = buildReport({ plan, status: 'complete', reason: null, ...when, ...statistics, ...common });
    await folder.put(runFolderPaths.report, toJson(report));
  }
  await runs.create(run);
  return run;
}

const labelNames = ({ labels }: SeededRun): string[] => Array.from({ length: labels }, (_, i) => `GET /page/${i}`);

function segmentOf(seeded: SeededRun, region: string, index: number): Uint8Array {
  const firstSecond = index * SEGMENT_SECONDS;
  const writer = new SegmentWriter({ region, tasks: [0], index, firstSecond, seconds: SEGMENT_SECONDS });
  for (let second = firstSecond; second < Math.min(seeded.seconds, firstSecond + SEGMENT_SECONDS); second++) {
    writer.addWindow({ second, labels: labelsOf(seeded, region, second), task: usersOf(1) });
  }
  return writer.finish();
}

const pooled: Statistics[] = [];

/** Valid until the next call. */
function labelsOf(seeded: SeededRun, region: string, second: number): ReadonlyMap<string, Statistics> {
  const salt = seeded.regions.indexOf(region) * 7919 + second * 104_729;
  return new Map(
    labelNames(seeded).map((label, i) => {
      const statistics = pooled[i] ?? new Statistics();
      pooled[i] = statistics;
      statistics.clear();
      for (let sample = 0; sample < SAMPLES; sample++) {
        const us = 2_000 + 700 * i + ((salt + i * 1_299_709 + sample * 15_485_863) % 60_000);
        statistics.serviceTime.record(us);
        statistics.timeToFirstByte.record(us >>> 1);
      }
      const failures = (salt + i) % 5 === 0 ? 1 : 0;
      Object.assign(statistics, { requests: SAMPLES, plannedStarts: SAMPLES, failures, concurrencyMax: 2 });
      statistics.bytesReceived = SAMPLES * 2_400;
      statistics.lastEndedUs = second * 1e6 + 999_000;
      statistics.countCode(200, SAMPLES - failures);
      if (failures > 0) {
        statistics.countCode(503, 1);
        statistics.countError({ type: 'http', message: '503 Service Unavailable', count: 1, example: null });
      }
      return [label, statistics];
    }),
  );
}

function usersOf(regions: number): Statistics {
  return Object.assign(new Statistics(), { concurrencyMax: USERS * regions });
}
