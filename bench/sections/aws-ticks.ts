/** What a Lambda has to do for a run of very many tasks. */
import { z } from 'zod';
import { type Section, table, verdict } from './section.ts';

const TICK_MS_AIM = 1_000;
const TICK_MB_AIM = 256;
const REPORT_SECONDS_AIM = 60;
const REPORT_MB_AIM = 3_008;

const resultSchema = z.object({
  tasks: z.number(),
  s3Ms: z.number(),
  ticks: z.object({
    coldMs: z.number(),
    warmMs: z.array(z.number()),
    cpuSecondsPerTick: z.number(),
    peakMb: z.number(),
  }),
  consolidation: z.object({
    loadSeconds: z.number(),
    seconds: z.number(),
    cpuSeconds: z.number(),
    ticks: z.number(),
    peakMb: z.number(),
  }),
});

export const awsTicksSection: Section = {
  name: 'aws-ticks',
  title: 'Ticks and reports on AWS',
  program: 'aws-ticks.ts',
  args: [],
  describe: (result) => {
    const { tasks, s3Ms, ticks, consolidation } = resultSchema.parse(result);
    const slowestMs = Math.max(...ticks.warmMs);
    const hours = consolidation.loadSeconds / 3_600;
    return `Simulated: the verbs, the S3 adapter and its SDK are the real ones, in a process with the heap of a small Lambda; the bucket is another process of the
same machine that answers each request after ${s3Ms} ms, tables and ECS answer after times that are modelled. Segments of 30 s of ${tasks.toLocaleString('en')} tasks
in four regions (10 labels) land at once and are read from S3 one by one; each tick folds some 200 of them, so that all are in before the next ones land, and begins with what is stored. The CPU is this machine's; a Lambda has a whole one from 1,769 MB.

${table(
  ['what', 'measured', 'aim', ''],
  [
    ['a tick, the first of a process', `${ticks.coldMs} ms`, `${TICK_MS_AIM} ms`, verdict(ticks.coldMs <= TICK_MS_AIM)],
    ['a tick, the slowest of the others', `${slowestMs} ms`, `${TICK_MS_AIM} ms`, verdict(slowestMs <= TICK_MS_AIM)],
    ['CPU of a tick', `${ticks.cpuSecondsPerTick} s`, '', ''],
    ['peak memory of ticks', `${ticks.peakMb} MB`, `${TICK_MB_AIM} MB`, verdict(ticks.peakMb <= TICK_MB_AIM)],
    [
      `the results of ${tasks.toLocaleString('en')} tasks parsed, and ${hours} h of their series made a report`,
      `${consolidation.seconds} s`,
      `${REPORT_SECONDS_AIM} s`,
      verdict(consolidation.seconds <= REPORT_SECONDS_AIM),
    ],
    ['CPU of that', `${consolidation.cpuSeconds} s`, '', ''],
    [
      'peak memory of that',
      `${consolidation.peakMb} MB`,
      `${REPORT_MB_AIM} MB`,
      verdict(consolidation.peakMb <= REPORT_MB_AIM),
    ],
  ],
)}`;
  },
};
