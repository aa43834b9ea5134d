/**
 * Measures the CPU that a client spends per completed request: the native engine, and wrk and k6 where they are installed, in turns against the same
 * server. User and system time of the whole client process, start-up included. Prints one line of JSON.
 *
 *     node bench/http1-cpu.ts [--rounds 5] [--seconds 3] [--connections 64]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPracticeTarget } from '../practice-target/start.ts';
import { toolNamed } from '../tools/tools.ts';
import type { EngineRunOptions, EngineRunResult } from './engine-run.ts';
import { startNginx } from './nginx.ts';
import { canPin, pinned } from './pinned.ts';

const SERVER_CORE = 0;
const CLIENT_CORE = 1;

interface Settings {
  url: string;
  seconds: number;
  connections: number;
}

interface Client {
  name: string;
  /** Null when its program is not installed. */
  command(settings: Settings, folder: string): string[] | null;
  /** Completed requests. */
  requestsOf(output: string, folder: string): number;
}

interface Round {
  requests: number;
  userUsPerRequest: number;
  systemUsPerRequest: number;
}

const engine: Client = {
  name: 'loadstar',
  command: ({ connections, seconds, url }) => {
    const options: EngineRunOptions = {
      url,
      load: {
        model: 'closed',
        concurrency: connections,
        rampUpSeconds: 0,
        steps: null,
        holdForSeconds: seconds,
        iterations: null,
      },
    };
    return [process.execPath, join(import.meta.dirname, 'engine-run.ts'), JSON.stringify(options)];
  },
  requestsOf: (output) => {
    const { failures, requests } = JSON.parse(output) as EngineRunResult;
    if (failures > 0) throw new Error(`${failures} requests of the engine failed`);
    return requests;
  },
};

const wrk: Client = {
  name: 'wrk',
  command: ({ connections, seconds, url }) => {
    const program = toolNamed('wrk').find();
    return program === null ? null : [program, '-t1', `-c${connections}`, `-d${seconds}s`, url];
  },
  requestsOf: (output) => Number(/(\d+) requests in/.exec(output)?.[1]),
};

const k6: Client = {
  name: 'k6',
  command: ({ connections, seconds, url }, folder) => {
    const program = toolNamed('k6').find();
    if (program === null) return null;
    const script = join(folder, 'k6.js');
    writeFileSync(script, `import http from 'k6/http';\nexport default () => { http.get(${JSON.stringify(url)}); };\n`);
    const summary = join(folder, 'k6.json');
    const load = ['--vus', String(connections), '--duration', `${seconds}s`];
    return [program, 'run', '--quiet', '--no-usage-report', ...load, '--summary-export', summary, script];
  },
  requestsOf: (_output, folder) => {
    const summary = JSON.parse(readFileSync(join(folder, 'k6.json'), 'utf8')) as {
      metrics: { http_reqs: { count: number } };
    };
    return summary.metrics.http_reqs.count;
  },
};

/** The shell's `time` counts all that the process and its threads used. */
function measure(client: Client, command: string[], folder: string): Round {
  const line = pinned(CLIENT_CORE, command);
  const result = spawnSync('bash', ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', ...line], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${client.name} ended with ${result.status}: ${result.stderr}`);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(result.stderr) ?? [];
  const requests = client.requestsOf(result.stdout, folder);
  if (!(requests > 0)) throw new Error(`${client.name} completed no request: ${result.stdout}`);
  const perRequest = (seconds: string | undefined): number => (Number(seconds) * 1e6) / requests;
  return { requests, userUsPerRequest: perRequest(user), systemUsPerRequest: perRequest(system) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function summaryOf(rounds: readonly Round[], seconds: number) {
  const round = (value: number): number => Math.round(value * 100) / 100;
  const total = ({ systemUsPerRequest, userUsPerRequest }: Round): number => systemUsPerRequest + userUsPerRequest;
  return {
    cpuUsPerRequest: round(median(rounds.map(total))),
    userUsPerRequest: round(median(rounds.map(({ userUsPerRequest }) => userUsPerRequest))),
    systemUsPerRequest: round(median(rounds.map(({ systemUsPerRequest }) => systemUsPerRequest))),
    requestsPerSecond: Math.round(median(rounds.map(({ requests }) => requests / seconds))),
  };
}

/** Of clients measured in turns: the median of the ratios of neighbours, which share the machine's mood. */
function ratioOf(own: readonly Round[], peer: readonly Round[]): number {
  const total = ({ systemUsPerRequest, userUsPerRequest }: Round): number => systemUsPerRequest + userUsPerRequest;
  return Math.round(median(own.map((round, index) => total(round) / total(peer[index]!))) * 1_000) / 1_000;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '64' },
  },
});
const seconds = Number(values.seconds);
const folder = mkdtempSync(join(tmpdir(), 'loadstar-http1-'));
const nginx = toolNamed('nginx').find();
const server = nginx === null ? await startPracticeTarget() : await startNginx(nginx, SERVER_CORE);
try {
  const settings = { url: server.url, seconds, connections: Number(values.connections) };
  const clients = [engine, wrk, k6].map((client) => ({
    client,
    command: client.command(settings, folder),
    rounds: [] as Round[],
  }));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { client, command, rounds } of clients) {
      if (command === null) continue;
      const measured = measure(client, command, folder);
      rounds.push(measured);
      const us = (measured.userUsPerRequest + measured.systemUsPerRequest).toFixed(2);
      console.error(
        `round ${round + 1}: ${client.name.padEnd(8)} ${us} us a request, ${Math.round(measured.requests / seconds)} requests/s`,
      );
    }
  }
  const own = clients[0]!.rounds;
  const peers = clients.slice(1).filter(({ rounds }) => rounds.length > 0);
  console.log(
    JSON.stringify({
      server:
        nginx === null
          ? 'practice target'
          : execFileSync(nginx, ['-v'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim() || 'nginx',
      pinned: canPin(),
      ...settings,
      rounds: own.length,
      clients: Object.fromEntries(
        clients
          .filter(({ rounds }) => rounds.length > 0)
          .map(({ client, rounds }) => [client.name, summaryOf(rounds, seconds)]),
      ),
      ratios: Object.fromEntries(peers.map(({ client, rounds }) => [client.name, ratioOf(own, rounds)])),
      skipped: clients.filter(({ command }) => command === null).map(({ client }) => client.name),
    }),
  );
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
