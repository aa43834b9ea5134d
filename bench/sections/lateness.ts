/** How punctual planned starts are. */
import { z } from 'zod';
import { type Section, table } from './section.ts';

const resultSchema = z.object({
  server: z.string(),
  seconds: z.number(),
  rounds: z.number(),
  rates: z.array(
    z.object({
      requestsPerSecond: z.number(),
      latenessUs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
      cpuPercent: z.number(),
      lateStarts: z.number(),
      droppedStarts: z.number(),
    }),
  ),
});

export const latenessSection: Section = {
  name: 'lateness',
  title: 'Open model: how late planned starts are',
  program: 'start-lateness.ts',
  args: ['--rounds', '3', '--seconds', '4'],
  describe: (result) => {
    const { rates, rounds, seconds, server } = resultSchema.parse(result);
    const milliseconds = (us: number): string => (us / 1000).toFixed(2);
    return `One task against ${server}, ${seconds} s, medians of ${rounds} rounds. The generator's own lateness: starts for which a user was free.

${table(
  ['starts/s', 'p50 ms', 'p99 ms', 'max ms', 'CPU of a core', 'dropped'],
  rates.map(({ cpuPercent, droppedStarts, latenessUs, requestsPerSecond }) => [
    requestsPerSecond.toLocaleString('en'),
    milliseconds(latenessUs.p50),
    milliseconds(latenessUs.p99),
    milliseconds(latenessUs.max),
    `${cpuPercent.toFixed(0)} %`,
    String(droppedStarts),
  ]),
)}`;
  },
};
