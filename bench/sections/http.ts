/** What a request costs, beside other load generators: over HTTP and over HTTPS. */
import { z } from 'zod';
import { type Section, table, verdict } from './section.ts';

const clientSchema = z.object({
  cpuUsPerRequest: z.number(),
  userUsPerRequest: z.number(),
  systemUsPerRequest: z.number(),
  wholeUsPerRequest: z.number(),
  requestsPerSecond: z.number(),
});
const resultSchema = z.object({
  server: z.string(),
  pinned: z.boolean(),
  connections: z.number(),
  seconds: z.number(),
  rounds: z.number(),
  clients: z.record(z.string(), clientSchema),
  /** Ours by theirs. */
  ratios: z.record(z.string(), z.object({ cpu: z.number(), whole: z.number() })),
  skipped: z.array(z.string()),
});

/** Ours at most so many times theirs. */
type RatioMax = Readonly<Record<string, number>>;

export const httpSection: Section = {
  name: 'http',
  title: 'CPU per request: one URL over HTTP/1.1',
  program: 'http1-cpu.ts',
  args: ['--rounds', '5', '--seconds', '5'],
  describe: (result) => describe(result, { wrk: 1.15, k6: 1 / 8 }),
};

export const httpsSection: Section = {
  name: 'https',
  title: 'CPU per request: one URL over HTTPS',
  program: 'http1-cpu.ts',
  args: ['--secure', '--rounds', '5', '--seconds', '5'],
  describe: (result) => describe(result, { wrk: 1.25 }),
};

export const scenarioSection: Section = {
  name: 'scenario',
  title: 'CPU per request: a scenario of three steps',
  program: 'http1-cpu.ts',
  args: ['--scenario', '--rounds', '5', '--seconds', '5'],
  describe: (result) =>
    `Log in, take the token by JSONPath, list with it, order what a row of a CSV file says, with a check each: in Taurus' language, and as a k6 script.\n\n${describe(result, { k6: 1 / 10 })}`,
};

function describe(result: unknown, ratioMax: RatioMax): string {
  const measured = resultSchema.parse(result);
  const where = measured.pinned ? 'the client on one core, the server on another' : 'nothing pinned to a core';
  const rows = Object.entries(measured.clients).map(([name, client]) => [
    name,
    client.cpuUsPerRequest.toFixed(2),
    client.userUsPerRequest.toFixed(2),
    client.systemUsPerRequest.toFixed(2),
    client.wholeUsPerRequest.toFixed(2),
    client.requestsPerSecond.toLocaleString('en'),
  ]);
  const ratios = Object.entries(measured.ratios).flatMap(([peer, { cpu, whole }]) => {
    const aim = ratioMax[peer];
    return aim === undefined ? [] : [[peer, cpu.toFixed(2), whole.toFixed(2), aim.toFixed(2), verdict(whole <= aim)]];
  });
  const skipped =
    measured.skipped.length === 0 ? '' : `\n\nNot installed, so left out: ${measured.skipped.join(', ')}.`;
  return `${measured.connections} connections to ${measured.server}, ${where}, ${measured.rounds} rounds in turns of ${measured.seconds} s, medians. CPU is user and system time of the
whole client process; "with start-up" has all of it, else what starting up and sending one request takes is taken off. The aims are for the whole process.

${table(['client', 'us a request', 'user', 'system', 'with start-up', 'requests/s'], rows)}

${table(['ours by', 'ratio', 'with start-up', 'aim', ''], ratios)}${skipped}`;
}
