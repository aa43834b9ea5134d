/** What a second worker thread costs. */
import { z } from 'zod';
import { type Section, table, verdict } from './section.ts';

const RATIO_MAX = 1.15;

const resultSchema = z.object({
  server: z.string(),
  connections: z.number(),
  seconds: z.number(),
  rounds: z.number(),
  clients: z.array(
    z.object({ name: z.string(), threads: z.number(), cpuUsPerRequest: z.number(), requestsPerSecond: z.number() }),
  ),
  /** CPU per request of two threads by that of one. */
  ratios: z.object({ loadstar: z.number(), wrk: z.number().nullable() }),
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
      cpuUsPerRequest.toFixed(2),
      requestsPerSecond.toLocaleString('en'),
    ]);
    const beside = ratios.wrk === null ? 'wrk is not installed' : `wrk: ${ratios.wrk.toFixed(2)}`;
    return `${connections} connections to ${server}, which has its work on one of the cores, ${rounds} rounds in turns of ${seconds} s, medians. Of ours the first 3 s are not counted, in which each thread compiles its code.

${table(['client', 'threads', 'us a request', 'requests/s'], rows)}

Two threads by one: ${ratios.loadstar.toFixed(2)}, aim ${RATIO_MAX} ${verdict(ratios.loadstar <= RATIO_MAX)}; ${beside}.`;
  },
};
