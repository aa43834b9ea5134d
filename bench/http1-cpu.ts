/**
 * Measures the CPU that a client spends per completed request: the native engine, and wrk and k6 where they are installed, in turns against the same
 * server. User and system time of the client's whole process. What it needs to start up and send one request is measured too, and taken off: a load
 * of seconds would be charged with what a run of minutes does not notice. `whole` has it all. With `--scenario`, clients walk three steps instead of
 * requesting one url; with `--taurus` the peer is Taurus with JMeter, its whole tree of processes; with `--file` the server answers from a file.
 * Prints one line of JSON.
 *
 *     node bench/http1-cpu.ts [--secure] [--scenario] [--taurus] [--file] [--rounds 5] [--seconds 3] [--connections 64]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPracticeTarget } from '../practice-target/start.ts';
import { toolNamed } from '../tools/tools.ts';
import { compileCacheFolder } from '../worker/compile-cache.ts';
import { type BenchClient, benchClients, type LoadSettings } from './http1-clients.ts';
import { startNginx } from './nginx.ts';
import { canPin } from './pinned.ts';
import { runMeasured, type Usage } from './process-cpu.ts';
import { type Spread, spreadOf } from './rounds.ts';
import { scenarioClients } from './scenario-clients.ts';
import { taurusClients } from './taurus-client.ts';

/** Compiled code is kept between starts, as that of tasks is (worker/main.ts). */
const environment = {
  ...process.env,
  NODE_COMPILE_CACHE: compileCacheFolder,
};

const SERVER_CORE = 0;
const CLIENT_CORE = 1;

interface Round {
  requests: number;
  load: Usage;
  startUp: Usage;
}

function run(client: BenchClient, settings: LoadSettings, folder: string): { requests: number; usage: Usage } {
  const command = client.command(settings, folder) ?? [];
  const { output, usage } = runMeasured(command, CLIENT_CORE, environment);
  const requests = client.requestsOf(output, folder);
  if (!(requests > 0)) throw new Error(`${client.name} completed no request: ${output}`);
  return { requests, usage };
}

function measure(client: BenchClient, settings: LoadSettings, folder: string): Round {
  const startUp = client.hasStartUp
    ? run(client, { ...settings, seconds: null }, folder).usage
    : { userSeconds: 0, systemSeconds: 0 };
  const { requests, usage } = run(client, settings, folder);
  return { requests, load: usage, startUp };
}

const userUs = ({ load, requests, startUp }: Round): number =>
  ((load.userSeconds - startUp.userSeconds) * 1e6) / requests;
const systemUs = ({ load, requests, startUp }: Round): number =>
  ((load.systemSeconds - startUp.systemSeconds) * 1e6) / requests;
const cpuUs = (round: Round): number => userUs(round) + systemUs(round);
const wholeUs = ({ load, requests }: Round): number => ((load.userSeconds + load.systemSeconds) * 1e6) / requests;

function summaryOf(rounds: readonly Round[], seconds: number) {
  return {
    cpuUsPerRequest: spreadOf(rounds.map(cpuUs)),
    userUsPerRequest: spreadOf(rounds.map(userUs)),
    systemUsPerRequest: spreadOf(rounds.map(systemUs)),
    wholeUsPerRequest: spreadOf(rounds.map(wholeUs)),
    requestsPerSecond: spreadOf(
      rounds.map(({ requests }) => requests / seconds),
      0,
    ),
  };
}

/** The ratios of neighbours in time, which share the machine's mood. */
function ratiosOf(own: readonly Round[], peer: readonly Round[]) {
  const ratio = (us: (round: Round) => number): Spread =>
    spreadOf(
      own.map((round, index) => us(round) / us(peer[index]!)),
      3,
    );
  return { cpu: ratio(cpuUs), whole: ratio(wholeUs) };
}

/** What the peers spend beside each other, in the same rounds: what the machine makes of the aims. */
function ratiosAmong(peers: readonly [name: string, rounds: readonly Round[]][]): Record<string, Spread> {
  const pairs = peers.flatMap(([one, ofOne], index) =>
    peers.slice(index + 1).map(([other, ofOther]) => [`${one} by ${other}`, ratiosOf(ofOne, ofOther).whole] as const),
  );
  return Object.fromEntries(pairs);
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '64' },
    secure: { type: 'boolean', default: false },
    scenario: { type: 'boolean', default: false },
    taurus: { type: 'boolean', default: false },
    file: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const folder = mkdtempSync(join(tmpdir(), 'loadstar-http1-'));
const nginx = toolNamed('nginx').find();
if (nginx === null && (values.secure || values.scenario || values.file))
  throw new Error('nginx, which is measured against, is not installed');
const server =
  nginx === null
    ? await startPracticeTarget()
    : await startNginx(nginx, SERVER_CORE, {
        tls: values.secure ? 'tickets' : null,
        answersFromFile: values.file,
      });
try {
  const settings: LoadSettings = { url: server.url, seconds, connections: Number(values.connections) };
  const clients = values.scenario ? scenarioClients : values.taurus ? taurusClients : benchClients;
  const installed = clients.filter((client) => client.command(settings, folder) !== null);
  const measured = new Map<string, Round[]>(installed.map(({ name }) => [name, []]));
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const client of installed) {
      const result = measure(client, settings, folder);
      measured.get(client.name)?.push(result);
      const us = `${cpuUs(result).toFixed(2)} us a request (${wholeUs(result).toFixed(2)} with start-up)`;
      console.error(
        `round ${round}: ${client.name.padEnd(8)} ${us}, ${Math.round(result.requests / seconds)} requests/s`,
      );
    }
  }
  const [[, own] = ['', []], ...peers] = measured;
  console.log(
    JSON.stringify({
      server: nginx === null ? 'practice target' : 'nginx',
      pinned: canPin(),
      connections: settings.connections,
      seconds,
      rounds: own.length,
      clients: Object.fromEntries([...measured].map(([name, rounds]) => [name, summaryOf(rounds, seconds)])),
      ratios: Object.fromEntries(peers.map(([name, rounds]) => [name, ratiosOf(own, rounds)])),
      among: ratiosAmong(peers),
      skipped: clients.filter(({ name }) => !measured.has(name)).map(({ name }) => name),
    }),
  );
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
