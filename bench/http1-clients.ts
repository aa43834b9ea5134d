/** The clients that are compared: how each is told to request one url again and again, and how many requests it completed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closedLoad } from '../core/scenario/fixtures/flows.ts';
import { toolNamed } from '../tools/tools.ts';
import { engineCommand } from './engine-command.ts';
import type { EngineRunResult } from './engine-run.ts';

export interface LoadSettings {
  url: string;
  connections: number;
  /** Null: one request over one connection, which is what starting up costs. */
  seconds: number | null;
}

export interface BenchClient {
  name: string;
  /** Null when its program is not installed. `folder` is for files that it needs. */
  command(settings: LoadSettings, folder: string): string[] | null;
  /** Completed requests. */
  requestsOf(output: string, folder: string): number;
  /** False: so quick to start that it is not worth taking off. */
  hasStartUp: boolean;
}

const loadstar: BenchClient = {
  name: 'loadstar',
  hasStartUp: true,
  command: ({ connections, seconds, url }) => {
    const once = seconds === null;
    return engineCommand({
      url,
      load: closedLoad({
        concurrency: once ? 1 : connections,
        holdForSeconds: seconds ?? 0,
        iterations: once ? 1 : null,
      }),
    });
  },
  requestsOf: (output) => {
    const { failures, requests } = JSON.parse(output) as EngineRunResult;
    if (failures > 0) throw new Error(`${failures} requests of the engine failed`);
    return requests;
  },
};

const wrk: BenchClient = {
  name: 'wrk',
  hasStartUp: false,
  command: ({ connections, seconds, url }) => {
    const program = toolNamed('wrk').find();
    return program === null ? null : [program, '-t1', `-c${connections}`, `-d${seconds ?? 1}s`, url];
  },
  requestsOf: (output) => Number(/(\d+) requests in/.exec(output)?.[1]),
};

const k6: BenchClient = {
  name: 'k6',
  hasStartUp: true,
  command: ({ connections, seconds, url }, folder) => {
    const program = toolNamed('k6').find();
    if (program === null) return null;
    const script = join(folder, 'k6.js');
    writeFileSync(
      script,
      `import http from 'k6/http';\nexport const options = { insecureSkipTLSVerify: true };\nexport default () => { http.get(${JSON.stringify(url)}); };\n`,
    );
    const load = seconds === null ? ['--iterations', '1'] : ['--vus', String(connections), '--duration', `${seconds}s`];
    const summary = ['--summary-export', join(folder, 'k6.json')];
    return [program, 'run', '--quiet', '--no-usage-report', ...load, ...summary, script];
  },
  requestsOf: (_output, folder) => {
    const summary = JSON.parse(readFileSync(join(folder, 'k6.json'), 'utf8')) as {
      metrics: { http_reqs: { count: number } };
    };
    return summary.metrics.http_reqs.count;
  },
};

/** Ours first. */
export const benchClients: readonly BenchClient[] = [loadstar, wrk, k6];
