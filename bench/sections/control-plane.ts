/** How much one control plane takes. */
import { z } from 'zod';
import { type Section, table, verdict } from './section.ts';

const LIST_MS_AIM = 100;
const RESTART_SECONDS_AIM = 5;

const resultSchema = z.object({
  list: z.array(z.object({ query: z.string(), medianMs: z.number(), slowestMs: z.number() })),
  restart: z.object({ runs: z.number(), seconds: z.number(), leasesRenewedSeconds: z.number() }),
  manyTasks: z.object({
    tasks: z.number(),
    requests: z.number(),
    cpuPercent: z.number(),
    peakRssMb: z.number(),
    segmentToFoldedMs: z.array(z.number()),
    deliveredToReportSeconds: z.number(),
  }),
});

export const controlPlaneSection: Section = {
  name: 'control-plane',
  title: 'The control plane',
  program: 'control-plane.ts',
  args: [],
  describe: (result) => {
    const { list, restart, manyTasks } = resultSchema.parse(result);
    const slowestMedianMs = Math.max(...list.map(({ medianMs }) => medianMs));
    const delaysMs = manyTasks.segmentToFoldedMs;
    const folded = `${(Math.max(...delaysMs) / 1000).toFixed(1)} s`;
    return `The store, the files, the HTTP server and the ticks are the real ones; the ${manyTasks.tasks} tasks of one run (a window each second, a segment
each 5 s, ${manyTasks.requests.toLocaleString('en')} requests in all) and their launcher are simulated in another process of the same machine.

${table(
  ['what', 'measured', 'aim', ''],
  [
    [
      'a page of 5,000 scenarios over HTTP, the median of the slowest of four queries',
      `${slowestMedianMs} ms`,
      `${LIST_MS_AIM} ms`,
      verdict(slowestMedianMs <= LIST_MS_AIM),
    ],
    [
      `restart until ${restart.runs} running runs have their leases renewed`,
      `${restart.leasesRenewedSeconds} s`,
      `${RESTART_SECONDS_AIM} s`,
      verdict(restart.leasesRenewedSeconds <= RESTART_SECONDS_AIM),
    ],
    [`CPU while ${manyTasks.tasks} tasks send, of one core`, `${manyTasks.cpuPercent} %`, '', ''],
    ['peak memory', `${manyTasks.peakRssMb} MB`, '', ''],
    ['last segment landed to all folded, the worst', folded, '', ''],
    ['last result landed to the report', `${manyTasks.deliveredToReportSeconds} s`, '', ''],
  ],
)}`;
  },
};
