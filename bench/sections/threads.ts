/** What a second worker thread costs. */
import { z } from 'zod';
import { type Section, showSpread, spreadSchema, table, verdict } from './section.ts';

const RATIO_MAX = 1.15;

const resultSchema = z.object({
  server: z.string(),
  connections: z.number(),
  seconds: z.number(),
  rounds: z.number(),
  clients: z.array(
    z.object({ name: z.string(), threads: z.number(), cpuUsPerRequest: spreadSchema, requestsPerSecond: spreadSchema }),
  ),
  /** CPU per request of two threads by that of one. */
  ratios: z.object({ loadstar: spreadSchema, wrk: spreadSchema.nullable() }),
});

export const threadsSection: Section = {
  name: 'threads',
  title: 'CPU per request: a second worker thread',
  program: 'threads.ts',
  args: ['--rounds', '5', '--seconds', '6'],
  describe: (result) => {
    const { clients, connections, ratios, rounds, seconds, server } = resultSchema.parse(result);
    const rows = clients.map(({ name, threads, cpuUsPerRequest, requestsPerSecond }) => [
      name,
      String(threads),
      showSpread(cpuUsPerRequest, 2),
      requestsPerSecond.median.toLocaleString('en'),
    ]);
    return `${connections} connections to ${server}, which has its work on one of the cores, ${rounds} rounds in turns of ${seconds} s, medians and ranges. Of ours the first 3 s are not counted, in which each thread compiles its code.

${table(['client', 'threads', 'us a request', 'requests/s'], rows)}

${table(
  ['two threads by one', 'ratio', 'aim', ''],
  [
    ['loadstar', showSpread(ratios.loadstar, 3), `<= ${RATIO_MAX}`, verdict(ratios.loadstar.median <= RATIO_MAX)],
    ['wrk', ratios.wrk === null ? 'not installed' : showSpread(ratios.wrk, 3), '', ''],
  ],
)}`;
  },
};
