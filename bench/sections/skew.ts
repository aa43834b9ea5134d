/** How far apart tasks begin. */
import { z } from 'zod';
import { type Section, table, verdict } from './section.ts';

const resultSchema = z.object({
  tasks: z.number(),
  runs: z.number(),
  spreadMsMax: z.number(),
  latestMsMax: z.number(),
});

export const skewSection: Section = {
  name: 'skew',
  title: 'Starting together: 8 tasks on one machine',
  program: 'skew.ts',
  args: [],
  describe: (result) => {
    const measured = resultSchema.parse(result);
    return `Between the first and the last task's first instant of load, the worst of ${measured.runs} runs.

${table(
  ['what', 'measured', 'aim', ''],
  [
    ['first to last task', `${measured.spreadMsMax.toFixed(1)} ms`, '50 ms', verdict(measured.spreadMsMax <= 50)],
    ['latest after the planned instant', `${measured.latestMsMax.toFixed(1)} ms`, '', ''],
  ],
)}`;
  },
};
