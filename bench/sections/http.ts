/** What a request costs, beside other load generators: over HTTP, over HTTPS, in a scenario, and beside Taurus with JMeter. */
import { z } from 'zod';
import { type Section, showSpread, spreadSchema, table, verdict } from './section.ts';

const clientSchema = z.object({
  cpuUsPerRequest: spreadSchema,
  userUsPerRequest: spreadSchema,
  systemUsPerRequest: spreadSchema,
  wholeUsPerRequest: spreadSchema,
  requestsPerSecond: spreadSchema,
});
const resultSchema = z.object({
  server: z.string(),
  pinned: z.boolean(),
  connections: z.number(),
  seconds: z.number(),
  rounds: z.number(),
  clients: z.record(z.string(), clientSchema),
  /** Ours by theirs. */
  ratios: z.record(z.string(), z.object({ cpu: spreadSchema, whole: spreadSchema })),
  /** Theirs by each other's, start-up included. */
  among: z.record(z.string(), spreadSchema),
  skipped: z.array(z.string()),
});

/** Ours at most so many times theirs; null: shown without an aim. */
type RatioMax = Readonly<Record<string, number | null>>;

export const httpSection: Section = {
  name: 'http',
  title: 'CPU per request: one URL over HTTP/1.1',
  program: 'http1-cpu.ts',
  args: ['--rounds', '5', '--seconds', '30'],
  describe: (result) => describe(result, { wrk: 1.15, k6: 1 / 8 }),
};

export const httpFileSection: Section = {
  name: 'http-file',
  title: 'CPU per request: one URL, from a server that is no faster than its clients',
  program: 'http1-cpu.ts',
  args: ['--file', '--rounds', '3', '--seconds', '30'],
  describe: (result) =>
    `The server above answers from memory. This one sends a file, which costs it two more system calls a request: it is no faster than wrk and Loadstar, which then find the responses one by one, and ask the system for each. The aims are for clients that their server keeps busy.\n\n${describe(result, { wrk: null, k6: null })}`,
};

export const httpsSection: Section = {
  name: 'https',
  title: 'CPU per request: one URL over HTTPS',
  program: 'http1-cpu.ts',
  args: ['--secure', '--rounds', '5', '--seconds', '30'],
  describe: (result) => describe(result, { wrk: 1.25 }),
};

export const scenarioSection: Section = {
  name: 'scenario',
  title: 'CPU per request: a scenario of three steps',
  program: 'http1-cpu.ts',
  args: ['--scenario', '--rounds', '5', '--seconds', '30'],
  describe: (result) =>
    `Log in, take the token by JSONPath, list with it, order what a row of a CSV file says, with a check each: in Taurus' language, and as a k6 script.\n\n${describe(result, { k6: 1 / 10 })}`,
};

export const jmeterSection: Section = {
  name: 'jmeter',
  title: 'CPU per request: one URL, beside Taurus with JMeter',
  program: 'http1-cpu.ts',
  // Each start of a JVM takes some seconds, of which a longer load is charged with less.
  args: ['--taurus', '--rounds', '2', '--seconds', '20'],
  describe: (result) =>
    `Of Taurus the whole tree of processes counts: bzt, which reads JMeter's results as they come, and JMeter with its own JVM settings. Of ours the engine's process, which makes its statistics itself; no control plane. Starting the JVM and compiling is much of so short a load: a long one comes nearer to the ratio without start-up, and the JVM gets cheaper yet once all is compiled.\n\n${describe(result, { 'Taurus + JMeter': 1 / 25 })}`,
};

function describe(result: unknown, ratioMax: RatioMax): string {
  const measured = resultSchema.parse(result);
  const where = measured.pinned ? 'the client on one core, the server on another' : 'nothing pinned to a core';
  const rows = Object.entries(measured.clients).map(([name, client]) => [
    name,
    showSpread(client.cpuUsPerRequest, 2),
    client.userUsPerRequest.median.toFixed(2),
    client.systemUsPerRequest.median.toFixed(2),
    showSpread(client.wholeUsPerRequest, 2),
    client.requestsPerSecond.median.toLocaleString('en'),
  ]);
  const ratios = Object.entries(measured.ratios).flatMap(([peer, { cpu, whole }]) => {
    const aim = ratioMax[peer];
    if (aim === undefined) return [];
    const judged = aim === null ? ['', ''] : [`<= ${aim.toFixed(3)}`, verdict(whole.median <= aim)];
    return [[peer, showSpread(cpu, 3), showSpread(whole, 3), ...judged]];
  });
  const skipped =
    measured.skipped.length === 0 ? '' : `\n\nNot installed, so left out: ${measured.skipped.join(', ')}.`;
  const among = Object.entries(measured.among).map(
    ([pair, spread]) => `In the same rounds ${pair}, with start-up: ${showSpread(spread, 3)}.`,
  );
  return `${measured.connections} connections to ${measured.server}, ${where}, ${measured.rounds} rounds in turns of ${measured.seconds} s, medians and ranges. CPU is user and system time of the
whole client process; "with start-up" has all of it, else what starting up and sending one request takes is taken off. The aims are for the whole process,
the ratios those of neighbours in time.

${table(['client', 'us a request', 'user', 'system', 'with start-up', 'requests/s'], rows)}

${ratios.length === 0 ? 'There is nothing beside ours, so no ratio.' : table(['ours by', 'ratio', 'with start-up', 'aim', ''], ratios)}${['', ...among].join('\n\n')}${skipped}`;
}
