/**
 * What the same run costs with Distributed Load Testing on AWS 4.2.3, from how it is built: its tasks, what they print, what polls them. Only what is paid by
 * use; prices are those of `core/cost/prices.ts`. What its source does not say is an assumption with a name.
 */
import type { CostItem } from '../core/api/cost.ts';
import type { Prices } from '../core/cost/prices.ts';

export interface DltRun {
  regions: number;
  tasks: number;
  loadSeconds: number;
  viewers: number;
}

const assumed = {
  /** As for ours. */
  secondsAroundLoad: 90,
  /** Of its own source: 2 vCPU and 4 GB, x86, a public address each. */
  vcpu: 2,
  memoryGb: 4,
  /** One line of Taurus each second, with the test's id in front; other lines beside. */
  lineBytes: 200,
  lineOverheadBytes: 26,
  logFlushSeconds: 5,
  publisher: { seconds: 0.1, gb: 0.125 },
  /** It looks for results each `clamp(ceil((load + 300) / 2222), 10, 60)` seconds, in a map of all regions. */
  checker: { seconds: 1, gb: 0.125 },
  transitionsPerPoll: 3,
  transitionsAround: 60,
  parserGbSeconds: 30,
  /** Markers, results and logs of a task; reads of the same, and of the marker to start, each two seconds. */
  taskWrites: 7,
  taskReads: 40,
  /** Of each test in each region, as long as it runs. */
  metricFilters: 4,
};

/** Items as ours have them, so that they can be laid side by side. */
export function dltItems({ regions, tasks, loadSeconds, viewers }: DltRun, prices: Prices): CostItem[] {
  const taskHours = (loadSeconds + assumed.secondsAroundLoad) / 3_600;
  const polls = loadSeconds / Math.min(60, Math.max(10, Math.ceil((loadSeconds + 300) / 2_222)));
  const batches = tasks * Math.ceil(loadSeconds / assumed.logFlushSeconds);
  const item = (what: string, quantity: number, unit: string, price: number): CostItem => ({
    what,
    quantity,
    unit,
    usd: quantity * price,
  });
  const logsGb = (tasks * loadSeconds * (assumed.lineBytes + assumed.lineOverheadBytes)) / 1e9;
  const gbSeconds =
    batches * assumed.publisher.seconds * assumed.publisher.gb +
    polls * regions * assumed.checker.seconds * assumed.checker.gb +
    assumed.parserGbSeconds;
  return [
    item('Fargate, x86: CPU', tasks * assumed.vcpu * taskHours, 'vCPU-hours', prices.fargate.x86.vcpuHour),
    item('Fargate, x86: memory', tasks * assumed.memoryGb * taskHours, 'GB-hours', prices.fargate.x86.gbHour),
    item('Public IPv4 addresses of tasks', tasks * taskHours, 'hours', prices.publicIpHour),
    item('Live data: log lines taken in', logsGb, 'GB', prices.logsGb),
    item('Live data: messages of IoT Core', batches * (1 + viewers), 'messages', prices.iot.message),
    item('S3: writes and lists', tasks * assumed.taskWrites + 2 * polls * regions, 'requests', prices.s3.writes),
    item('S3: reads', tasks * assumed.taskReads, 'requests', prices.s3.reads),
    item(
      'Step Functions',
      polls * regions * assumed.transitionsPerPoll + assumed.transitionsAround,
      'transitions',
      prices.stepFunctionsTransition,
    ),
    item('Lambda: time', gbSeconds, 'GB-seconds', prices.lambda.gbSecond),
    item('Lambda: calls', batches + polls * regions, 'calls', prices.lambda.request),
    item(
      'Metrics',
      assumed.metricFilters * regions * Math.ceil(loadSeconds / 3_600),
      'metric-hours',
      prices.metricHour,
    ),
  ];
}
