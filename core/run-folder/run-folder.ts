/**
 * The run folder: the whole protocol between control plane and tasks. Where each object lies, who writes it, and what it holds.
 * A task knows the folder's URL, its region and its number, and nothing else.
 */
import { z } from 'zod';
import type { TaskId } from '../plan/plan.ts';
import { regionNameSchema } from '../scenario/scenario.ts';

/** No region can be called so. */
const ALL_REGIONS = '_all';

/** Paths below the run folder. */
export const runFolderPaths = {
  /** Control plane, once. `planSchema`. */
  plan: 'plan.json',
  /** Control plane, again and again, by compare-and-swap on its revision. `controlSchema`. */
  control: 'control.json',
  /** Only over HTTP, and nowhere stored: values of the run's secrets by name, as a task may have them. */
  secrets: 'secrets.json',
  /** Only of the API, and nowhere stored: what a task reaches a folder in S3 with (`core/api/task-access.ts`). */
  access: 'access',
  /** Control plane, once: the scenario's own files. */
  file: (path: string) => `files/${path}`,
  /** Control plane, once: what these files hold. `runFilesSchema`. */
  fileList: 'files.json',
  /** Task, once: it is prepared and waits for go. `readySchema`. */
  ready: (id: TaskId) => `ready/${id.region}/${id.task}.json`,
  readyMarks: 'ready/',
  /** Task: segment `k` covers seconds `[k * segmentSeconds, (k + 1) * segmentSeconds)` from go. zstd of `segment.ts`' format. */
  segment: (id: TaskId, k: number) => `series/${id.region}/${id.task}/${k}.seg`,
  segmentsOf: (id: TaskId) => `series/${id.region}/${id.task}/`,
  series: 'series/',
  /** Task: whole-run totals per label as an HdrHistogram log (V2 encoding). */
  totals: (id: TaskId) => `results/${id.region}/${id.task}.hdr`,
  /** Task: why it ended, its health, what it delivered. `doneSchema`. */
  done: (id: TaskId) => `results/${id.region}/${id.task}.done.json`,
  /** Task, last of all: Taurus final-stats XML. Its presence commits the task's result. */
  xml: (id: TaskId) => `results/${id.region}/${id.task}.xml`,
  /** Control plane: the task's result landed but cannot be read. `damagedSchema`. */
  damaged: (id: TaskId) => `results/${id.region}/${id.task}.damaged.json`,
  results: 'results/',
  artifacts: 'artifacts/',
  artifact: (id: TaskId, name: string) => `artifacts/${id.region}/${id.task}/${name}`,
  /** Control plane: segment `k` of all the region's tasks merged, same format. */
  folded: (region: string, k: number) => `folded/${region}/${k}.seg`,
  folding: 'folded/',
  /** Control plane, again and again: what its ticks need not find out anew. */
  checkpoint: 'checkpoint.json',
  /** Control plane, at the end: the folded series in ticks of some seconds, for reading long parts fast; null: all regions together. */
  rolled: (region: string | null, k: number) => `rolled/${region ?? ALL_REGIONS}/${k}.seg`,
  /** Control plane, when all of them are written. `rolledSchema`. */
  rolledIndex: 'rolled/index.json',
  /** Control plane, at the end: the merged report. */
  report: 'report.json',
  /** Whoever writes on a file system: drafts, renamed when they are whole. No object lies in a folder of this name, and nobody lists it. */
  temporary: '.tmp',
} as const;

/** Of every answer of a run folder over HTTP: the control plane's clock, in epoch milliseconds. */
export const RUN_FOLDER_TIME_HEADER = 'loadstar-time-ms';

export const controlSchema = z.strictObject({
  /** Grows with every write; a task that reads a higher one has its lease renewed. */
  revision: z.int().min(1),
  /** Only ever forward: wait, go, stop. */
  state: z.enum(['wait', 'go', 'stop']),
  /** Epoch milliseconds, control plane's clock, at which load starts; set from go on, null before. */
  goAtMs: z.number().nullable(),
  /** Why it was stopped, for logs and reports. */
  stopReason: z.enum(['cancelled', 'criterion', 'failed', 'deadline']).nullable(),
});
export type Control = z.infer<typeof controlSchema>;

export const readySchema = z.strictObject({
  region: regionNameSchema,
  task: z.int().min(0),
  /** Version of the worker's program. */
  workerVersion: z.string(),
  host: z.strictObject({
    hostname: z.string(),
    platform: z.string(),
    cpuModel: z.string(),
    cpus: z.int().min(1),
    memoryBytes: z.number().min(0),
    nodeVersion: z.string(),
  }),
  /** The control plane's clock minus the task's, as measured through the run folder. */
  clockOffsetMs: z.number(),
  /** Where the task prints to: the name of its stream in the log group of its region, where logs are kept so. */
  logStream: z.string().min(1).max(512).optional(),
});
export type Ready = z.infer<typeof readySchema>;

/** Quantiles of a duration in milliseconds. */
const latenessSchema = z.strictObject({ p50: z.number(), p99: z.number(), max: z.number() });

/** How well the generator itself did: what makes its numbers trustworthy or not. */
export const generatorHealthSchema = z.strictObject({
  /** Highest CPU use of the task's process in a second, per cent of one core (its threads together may pass 100). */
  cpuPercentMax: z.number(),
  cpuPercentMean: z.number(),
  /** Longest stretch of seconds with the CPU above the limit (95 % of the cores that it may use). */
  cpuSaturatedSecondsMax: z.number(),
  eventLoopLagMs: latenessSchema,
  /** Lateness of starts that was the generator's own (event loop), not for want of free users. */
  startLatenessMs: latenessSchema,
  /** How late after `goAtMs` (clock offset applied) this task began its load. */
  startSkewMs: z.number(),
  memoryBytesMax: z.number(),
});
export type GeneratorHealth = z.infer<typeof generatorHealthSchema>;

export const doneSchema = z.strictObject({
  region: regionNameSchema,
  task: z.int().min(0),
  /**
   * completed: walked its whole shard. stopped: control said stop. lease-expired: lost touch with the control plane.
   * failed: could not go on; `error` says why.
   */
  exit: z.enum(['completed', 'stopped', 'lease-expired', 'failed']),
  error: z.string().nullable(),
  /** A criterion of the script's own that was not met (a threshold of k6, Taurus' passfail), for people: a verdict, no failure of the task. */
  failedCriterion: z.string().optional(),
  /** Segments 0 to `segments` - 1 were written. */
  segments: z.int().min(0),
  /** Totals over the whole run, to check the merged series against. */
  requests: z.int().min(0),
  failures: z.int().min(0),
  /** Microseconds from go to the end of the last sample; 0 without any. */
  lastEndedUs: z.number().min(0),
  health: generatorHealthSchema,
});
export type Done = z.infer<typeof doneSchema>;

/** What the rolled series of a run that has ended are like. */
export const rolledSchema = z.strictObject({
  tickSeconds: z.int().min(2),
  /** Of one file; whole ticks. */
  segmentSeconds: z.int().min(2),
  /** Seconds from go up to the end of the last one in which anything was measured. */
  measuredSeconds: z.int().min(0),
  /** Over the run, in equal parts; at most 30. */
  requestsPerSecond: z.array(z.number()),
});
export type Rolled = z.infer<typeof rolledSchema>;

/** The scenario's own files, as the run was started with them. */
export const runFilesSchema = z.strictObject({
  files: z.array(z.strictObject({ path: z.string(), sizeBytes: z.int().min(0), sha256: z.string() })),
});
export type RunFiles = z.infer<typeof runFilesSchema>;

/** Why a result that landed cannot be read. */
export const damagedSchema = z.strictObject({ reason: z.string() });
