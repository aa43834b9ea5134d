/** Whether a long run stays as it began. */
import { z } from 'zod';
import { type Section, table, verdict } from './section.ts';

const GROWTH_PERCENT_MAX = 5;
const DRIFT_PERCENT_MAX = 0.1;

const resultSchema = z.object({
  server: z.string(),
  pinned: z.boolean(),
  seconds: z.number(),
  /** What the load is cut into: minutes, when it is long enough. */
  partSeconds: z.number(),
  capacityPerSecond: z.number(),
  requestsPerSecond: z.number(),
  requests: z.number(),
  failures: z.number(),
  droppedStarts: z.number(),
  /** Requests of each part by those planned. */
  ratePercents: z.array(z.number()).min(1),
  residentMb: z.object({ second: z.number(), last: z.number(), peak: z.number() }),
  /** From the second to the last part. */
  growthPercent: z.number(),
});

export const soakSection: Section = {
  name: 'soak',
  title: 'Ten minutes at half capacity',
  program: 'soak.ts',
  args: ['--minutes', '10'],
  describe: (result) => {
    const measured = resultSchema.parse(result);
    const { capacityPerSecond, droppedStarts, failures, growthPercent, ratePercents, residentMb } = measured;
    const drift = Math.max(...ratePercents.map((percent) => Math.abs(percent - 100)));
    const part = measured.partSeconds === 60 ? 'minute' : `${measured.partSeconds} s`;
    const number = (value: number): string => value.toLocaleString('en');
    const megabytes = `${residentMb.second.toFixed(1)} to ${residentMb.last.toFixed(1)} MB, peak ${residentMb.peak.toFixed(1)}`;
    return `Open model against ${measured.server}${measured.pinned ? ', the generator on one core, the server on another' : ''}: ${number(measured.requestsPerSecond)} starts/s for ${number(measured.seconds)} s, half of the ${number(capacityPerSecond)} requests/s
that one task did over 64 connections in a few seconds before. ${number(measured.requests)} requests. Memory is the median of twelve looks at the process in each ${part}.

${table(
  ['what', 'measured', 'aim', ''],
  [
    [
      `resident memory, second to last ${part}`,
      `${growthPercent.toFixed(1)} % (${megabytes})`,
      `<= ${GROWTH_PERCENT_MAX} %`,
      verdict(growthPercent <= GROWTH_PERCENT_MAX),
    ],
    [
      `rate off the plan, the worst ${part}`,
      `${drift.toFixed(3)} %`,
      `<= ${DRIFT_PERCENT_MAX} %`,
      verdict(drift <= DRIFT_PERCENT_MAX),
    ],
    ['failed requests', number(failures), '0', verdict(failures === 0)],
    ['dropped starts', number(droppedStarts), '0', verdict(droppedStarts === 0)],
  ],
)}

Requests by plan in each ${part}, per cent: ${ratePercents.map((percent) => percent.toFixed(3)).join(', ')}.`;
  },
};
