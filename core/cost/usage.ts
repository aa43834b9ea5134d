/** How much of AWS' services a run uses. Every assumption has a name here; docs/aws-cost.md lists them. */
import { SPARING_SECONDS, sparingPaceMs } from '../run/pace.ts';
import type { RunShape } from './run-shape.ts';

/** What is not known before, and hardly after, a run. Sizes and times are what tests and benches show, rounded up. */
export const assumptions = {
  /** A task is billed from when its image is pulled: until go, and from the end of its load until it has stopped. */
  secondsBeforeGo: 60,
  secondsAfterLoad: 30,
  /** A window as a line of the log: 20 labels at most, compressed counts. */
  windowLineBytes: 2_000,
  /** CloudWatch adds that to each line. */
  logLineOverheadBytes: 26,
  /** What else a task prints, and a tick. */
  taskLogBytes: 20_000,
  tickLogBytes: 2_000,
  /** A task's lines reach the publisher in batches of so many seconds. */
  logFlushSeconds: 5,
  /** Compressed series of a task's second, and what it keeps besides: artifacts. They are kept for a month. */
  segmentBytesPerSecond: 500,
  taskArtifactBytes: 1_000_000,
  /** Requests of a task to the API at its start: access, and its clock. */
  taskApiRequests: 4,
  accessSeconds: 1_800,
  /** Reads and writes of a run's row and of what belongs to it, in DynamoDB's units. */
  tickWriteUnits: 6,
  tickReadUnits: 6,
  taskWriteUnits: 4,
  taskReadUnits: 4,
  /** Seconds of the Lambdas, each with its memory in GB. */
  tick: { seconds: 1, gb: 1769 / 1024 },
  publisher: { seconds: 0.1, gb: 0.5 },
  parser: { seconds: 0.5, gb: 0.5 },
  api: { seconds: 0.1, gb: 1 },
  consolidation: { secondsPerTask: 0.06, secondsMin: 2, gb: 3 },
  /** Custom metrics of each region, and of all together. */
  metricsPerRegion: 6,
  /** Task, Choice and Wait. */
  transitionsPerTick: 3,
  ticksAround: 20,
} as const;

/** Quantities by what they are paid for. */
export interface Usage {
  fargate: { vcpuHours: number; gbHours: number; architecture: 'x86' | 'arm'; spot: boolean }[];
  publicIpHours: number;
  egressGb: number;
  s3Writes: number;
  s3Reads: number;
  s3GbMonths: number;
  events: number;
  transitions: number;
  lambdaRequests: number;
  lambdaGbSeconds: number;
  apiRequests: number;
  dynamoWriteUnits: number;
  dynamoReadUnits: number;
  /** Of windows, which live data alone needs, and the rest. */
  liveLogsGb: number;
  otherLogsGb: number;
  metricHours: number;
  /** Of 5 KB at most. */
  iotMessages: number;
  iotConnectionMinutes: number;
}

const SECONDS_OF_HOUR = 3_600;
const GB = 1e9;
/** Objects that one request lists. */
const LISTED_MAX = 1_000;

/** `fargateSecondsMin`: for which each task is billed at least. */
export function usageOf(
  shape: RunShape,
  { fargateSecondsMin, iotMessageBytes }: { fargateSecondsMin: number; iotMessageBytes: number },
): Usage {
  const { secondsBeforeGo, secondsAfterLoad } = assumptions;
  const { regions, loadSeconds, segmentSeconds } = shape;
  const tasks = regions.reduce((sum, region) => sum + region.tasks, 0);
  const taskSeconds = Math.max(fargateSecondsMin, secondsBeforeGo + loadSeconds + secondsAfterLoad);
  const taskHours = taskSeconds / SECONDS_OF_HOUR;
  const ticks = ticksOf(shape) + assumptions.ticksAround;
  const live = liveUsage(shape, { tasks, iotMessageBytes });
  const apiRequests = tasks * (assumptions.taskApiRequests + Math.floor(taskSeconds / assumptions.accessSeconds));
  const { tick, parser, api, consolidation } = assumptions;
  return {
    fargate: regions.map(({ tasks: count, size, architecture, spot }) => ({
      architecture,
      spot,
      vcpuHours: count * size.vcpu * taskHours,
      gbHours: count * (size.memoryMb / 1024) * taskHours,
    })),
    publicIpHours: regions.reduce((sum, { tasks: count, publicIp }) => sum + (publicIp ? count * taskHours : 0), 0),
    egressGb: (shape.bytesSent ?? 0) / GB,
    ...storageUsage(shape, { tasks, ticks, taskSeconds }),
    s3GbMonths: (tasks * (loadSeconds * assumptions.segmentBytesPerSecond + assumptions.taskArtifactBytes)) / GB,
    events: tasks * (Math.ceil(loadSeconds / segmentSeconds) + 4),
    transitions: ticks * assumptions.transitionsPerTick,
    lambdaRequests: ticks + tasks + apiRequests + live.batches,
    lambdaGbSeconds:
      ticks * tick.seconds * tick.gb +
      tasks * parser.seconds * parser.gb +
      apiRequests * api.seconds * api.gb +
      Math.max(consolidation.secondsMin, tasks * consolidation.secondsPerTask) * consolidation.gb +
      live.batches * assumptions.publisher.seconds * assumptions.publisher.gb,
    apiRequests,
    dynamoWriteUnits: ticks * assumptions.tickWriteUnits + tasks * assumptions.taskWriteUnits,
    dynamoReadUnits: ticks * assumptions.tickReadUnits + tasks * assumptions.taskReadUnits,
    liveLogsGb: live.logsGb,
    otherLogsGb: (tasks * assumptions.taskLogBytes + ticks * assumptions.tickLogBytes) / GB,
    metricHours: assumptions.metricsPerRegion * (regions.length + 1) * Math.ceil(loadSeconds / SECONDS_OF_HOUR),
    iotMessages: live.messages,
    iotConnectionMinutes: live.connectionMinutes,
  };
}

function storageUsage(
  { regions, loadSeconds, segmentSeconds, controlPollMs }: RunShape,
  { tasks, ticks, taskSeconds }: { tasks: number; ticks: number; taskSeconds: number },
): Pick<Usage, 's3Writes' | 's3Reads'> {
  const segments = Math.ceil(loadSeconds / segmentSeconds);
  const lists = ticks * Math.ceil((3 * tasks) / LISTED_MAX);
  return {
    // Segments, marks and results of tasks; what is folded of them; orders and state of ticks, and their looks at what is there.
    s3Writes: tasks * (segments + 4) + 2 * regions.length * segments + 2 * ticks + lists,
    // Polls of `control.json`; each segment once, and what is folded of them when the report is made; results.
    s3Reads:
      (tasks * taskSeconds * 1_000) / controlPollMs + (tasks + 2 * regions.length) * segments + 6 * tasks + 4 * ticks,
  };
}

interface LiveUsage {
  batches: number;
  logsGb: number;
  messages: number;
  connectionMinutes: number;
}

/** A batch holds lines of one task: each of its windows becomes a message, which IoT Core takes in once and hands to each viewer. */
function liveUsage(
  { liveIntervalSeconds, loadSeconds, viewers }: RunShape,
  { tasks, iotMessageBytes }: { tasks: number; iotMessageBytes: number },
): LiveUsage {
  if (liveIntervalSeconds === null) return { batches: 0, logsGb: 0, messages: 0, connectionMinutes: 0 };
  const { windowLineBytes, logLineOverheadBytes, logFlushSeconds } = assumptions;
  const windows = tasks * Math.ceil(loadSeconds / liveIntervalSeconds);
  return {
    batches: tasks * Math.ceil(loadSeconds / Math.max(logFlushSeconds, liveIntervalSeconds)),
    logsGb: (windows * (windowLineBytes + logLineOverheadBytes)) / GB,
    messages: windows * Math.ceil(windowLineBytes / iotMessageBytes) * (1 + viewers),
    connectionMinutes: (viewers * loadSeconds) / 60,
  };
}

/** Ticks while the load goes on, one after the other as they would come. */
function ticksOf({ regions, loadSeconds, segmentSeconds }: RunShape): number {
  const run = {
    phase: 'running',
    regions: regions.map(({ region: name, tasks }) => ({ name, tasks, share: 1 })),
    durationSeconds: loadSeconds,
    goAtMs: 0,
    stopAtMs: null,
    reportAttempts: 0,
  } as const;
  let ticks = 0;
  for (let nowMs = 0; nowMs < loadSeconds * 1_000; ticks++) {
    nowMs += Math.max(SPARING_SECONDS.min * 1_000, sparingPaceMs(run, { segmentSeconds, criteria: [] }, nowMs));
  }
  return ticks;
}
