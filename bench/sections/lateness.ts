/** How punctual planned starts are. */
import { z } from 'zod';
import { type Section, showSpread, spreadSchema, table, verdict } from './section.ts';

const LAST_START_PERCENT_MAX = 0.1;

/** By rate. Milliseconds; per cent of a core. */
const aims: Readonly<Record<number, { p99Ms: number; cpuPercent: number | null }>> = {
  1000: { p99Ms: 0.25, cpuPercent: 15 },
  20000: { p99Ms: 1.5, cpuPercent: null },
};

const rateSchema = z.object({
  requestsPerSecond: z.number(),
  latenessUs: z.object({ p50: spreadSchema, p99: spreadSchema, max: spreadSchema }),
  cpuPercent: spreadSchema,
  /** From the last planned start to the end of its request, per cent of the duration. */
  lastStartPercent: spreadSchema,
  /** Planned starts that became no request. */
  startsMissing: spreadSchema,
});
const resultSchema = z.object({
  server: z.string(),
  pinned: z.boolean(),
  seconds: z.number(),
  rounds: z.number(),
  /** Of a thread that only sleeps. */
  machineUs: z.object({ p99: spreadSchema, max: spreadSchema }),
  rates: z.array(rateSchema),
});

export const latenessSection: Section = {
  name: 'lateness',
  title: 'Open model: how late planned starts are',
  program: 'start-lateness.ts',
  args: ['--rounds', '5', '--seconds', '10'],
  describe: (result) => {
    const { machineUs, pinned, rates, rounds, seconds, server } = resultSchema.parse(result);
    const where = pinned ? ', the generator on one core, the server on another' : '';
    return `One task against ${server}${where}, ${rounds} rounds in turns of ${seconds} s, medians and ranges. The generator's own lateness: starts for which a user was
free. The last start is taken to be as late as the end of its request, so the real one was earlier. What the machine does to it is in it too: a thread that only slept until instants a millisecond
apart, in turns with the generator, was late by ${milliseconds(machineUs.p99)} ms (p99), ${milliseconds(machineUs.max)} ms at the most.

${table(['starts/s', 'what', 'measured', 'aim', ''], rates.flatMap(rowsOf))}`;
  },
};

/** Of microseconds. */
function milliseconds({ max, median, min }: z.infer<typeof spreadSchema>): string {
  return showSpread({ median: median / 1000, min: min / 1000, max: max / 1000 }, 2);
}

function rowsOf(rate: z.infer<typeof rateSchema>): string[][] {
  const { cpuPercent, lastStartPercent, latenessUs, requestsPerSecond, startsMissing } = rate;
  const aim = aims[requestsPerSecond];
  const within = (value: number, max: number | null | undefined, unit: string): [string, string] =>
    max == null ? ['', ''] : [`<= ${max} ${unit}`, verdict(value <= max)];
  const rows = [
    ['late, p50', `${milliseconds(latenessUs.p50)} ms`, '', ''],
    ['late, p99', `${milliseconds(latenessUs.p99)} ms`, ...within(latenessUs.p99.median / 1000, aim?.p99Ms, 'ms')],
    ['late, the most', `${milliseconds(latenessUs.max)} ms`, '', ''],
    [
      'last start after its instant, of the duration',
      `${showSpread(lastStartPercent, 3)} %`,
      ...within(lastStartPercent.median, LAST_START_PERCENT_MAX, '%'),
    ],
    ['starts without a request', showSpread(startsMissing, 0), '0', verdict(startsMissing.max === 0)],
    ['CPU, of a core', `${showSpread(cpuPercent, 0)} %`, ...within(cpuPercent.median, aim?.cpuPercent, '%')],
  ];
  return rows.map((row) => [requestsPerSecond.toLocaleString('en'), ...row]);
}
