/** What reading the samples of other tools costs. */
import { z } from 'zod';
import { type Section, showSpread, spreadSchema, table, verdict } from './section.ts';

const ROWS_PER_SECOND_MIN = 1e6;
/** The larger file is five times as large. */
const MEMORY_RATIO_MAX = 1.25;
const OVERHEAD_PERCENT_MAX = 5;

const resultSchema = z.object({
  rounds: z.number(),
  sizes: z.array(z.object({ rows: z.number(), rowsPerCpuSecond: spreadSchema, peakMb: spreadSchema })).length(2),
  worker: z.object({ requests: z.number(), ownCpuSeconds: z.number(), allCpuSeconds: z.number() }).nullable(),
});

export const taurusSection: Section = {
  name: 'taurus',
  title: "Reading JMeter's samples",
  program: 'taurus.ts',
  args: ['--rows', '5000000', '--rounds', '3', '--seconds', '20'],
  describe: (result) => {
    const { rounds, sizes, worker } = resultSchema.parse(result);
    const [small, large] = sizes;
    const million = (rows: number): string => `${(rows / 1e6).toLocaleString('en')} M`;
    const rate = large?.rowsPerCpuSecond.median ?? 0;
    const growth = (large?.peakMb.median ?? 0) / (small?.peakMb.median ?? 1);
    const percent =
      worker === null ? null : (100 * worker.ownCpuSeconds) / (worker.allCpuSeconds - worker.ownCpuSeconds);
    return `\`kpi.jtl\` files of 20 labels, 50,000 samples a second and 1 % failures, read into windows of a second; ${rounds} rounds, medians and ranges.
Memory is the peak of the whole process. ${worker === null ? 'The tools of the last row are not installed.' : `The last row: a worker that drives Taurus with JMeter at ${worker.requests.toLocaleString('en')} requests in 20 s, its own CPU beside that of all it drives, from ready to its end.`}

${table(
  ['rows', 'rows per CPU second', 'peak memory, MB'],
  sizes.map(({ peakMb, rows, rowsPerCpuSecond }) => [
    million(rows),
    showSpread(rowsPerCpuSecond, 0),
    showSpread(peakMb, 0),
  ]),
)}

${table(
  ['what', 'measured', 'aim', ''],
  [
    ['rows per CPU second', million(Math.round(rate / 1e4) * 1e4), '1 M', verdict(rate >= ROWS_PER_SECOND_MIN)],
    [
      'memory, five times the rows',
      `${growth.toFixed(2)} times`,
      `<= ${MEMORY_RATIO_MAX}`,
      verdict(growth <= MEMORY_RATIO_MAX),
    ],
    [
      "the worker's CPU beside Taurus'",
      percent === null ? 'not installed' : `${percent.toFixed(1)} %`,
      `<= ${OVERHEAD_PERCENT_MAX} %`,
      percent === null ? '' : verdict(percent <= OVERHEAD_PERCENT_MAX),
    ],
  ],
)}`;
  },
};
