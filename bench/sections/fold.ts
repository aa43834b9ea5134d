/** How fast results are merged. */
import { z } from 'zod';
import { type Section, table, verdict } from './section.ts';

const resultSchema = z.object({
  mergedHistogramsPerSecond: z.number(),
  seconds: z.number(),
  foldSeconds: z.number(),
  peakRssMb: z.number(),
  histograms: z.number(),
  requests: z.number(),
});

export const foldSection: Section = {
  name: 'fold',
  title: 'Merging: 100 tasks x 20 labels x 10 minutes',
  program: 'fold.ts',
  args: [],
  describe: (result) => {
    const measured = resultSchema.parse(result);
    const million = (measured.mergedHistogramsPerSecond / 1e6).toFixed(2);
    return `${measured.histograms.toLocaleString('en')} histograms (${measured.requests.toLocaleString('en')} requests), read compressed from disk, folded second by
second, rolled up to 10 and 60 s, added up to the report's totals. In a run the folding (${measured.foldSeconds} s of it) is done as segments land.

${table(
  ['what', 'measured', 'aim', ''],
  [
    ['histograms merged per second', `${million} M`, '', ''],
    ['whole', `${measured.seconds} s`, '10 s', verdict(measured.seconds <= 10)],
    ['peak memory', `${measured.peakRssMb} MB`, '512 MB', verdict(measured.peakRssMb <= 512)],
  ],
)}`;
  },
};
