/** The clients whose memory is compared: how each has users that request one url and think between requests. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closedLoad } from '../core/scenario/fixtures/flows.ts';
import { toolNamed } from '../tools/tools.ts';
import { engineCommand } from './engine-command.ts';
import type { EngineRunResult } from './engine-run.ts';

export interface ThinkSettings {
  url: string;
  users: number;
  /** Of the whole load, in the first part of which users come one by one. */
  seconds: number;
  thinkTimeSeconds: number;
}

export interface ThinkClient {
  name: string;
  /** More users than these are not asked of it. */
  usersMax: number;
  /** Null when its program is not installed. `folder` is for files that it needs. */
  command(settings: ThinkSettings, folder: string): string[] | null;
  /** Completed requests. Throws when one failed. */
  requestsOf(output: string, folder: string): number;
}

const RAMP_SHARE = 0.4;

const loadstar: ThinkClient = {
  name: 'loadstar',
  usersMax: Number.POSITIVE_INFINITY,
  command: ({ seconds, thinkTimeSeconds, url, users }) => {
    return engineCommand({
      url,
      thinkTimeSeconds,
      load: closedLoad({
        concurrency: users,
        rampUpSeconds: seconds * RAMP_SHARE,
        holdForSeconds: seconds * (1 - RAMP_SHARE),
      }),
    });
  },
  requestsOf: (output) => {
    const { failures, requests } = JSON.parse(output) as EngineRunResult;
    if (failures > 0) throw new Error(`${failures} requests of the engine failed`);
    return requests;
  },
};

const k6: ThinkClient = {
  name: 'k6',
  // It takes gigabytes for 10,000.
  usersMax: 1_000,
  command: ({ seconds, thinkTimeSeconds, url, users }, folder) => {
    const program = toolNamed('k6').find();
    if (program === null) return null;
    const script = join(folder, 'think.js');
    writeFileSync(
      script,
      `import http from 'k6/http';
import { sleep } from 'k6';
export default () => { http.get(${JSON.stringify(url)}); sleep(${thinkTimeSeconds}); };
`,
    );
    const stages = [seconds * RAMP_SHARE, seconds * (1 - RAMP_SHARE)].flatMap((each) => [
      '--stage',
      `${Math.round(each * 1000)}ms:${users}`,
    ]);
    const summary = ['--summary-export', join(folder, 'k6.json')];
    return [program, 'run', '--quiet', '--no-usage-report', ...stages, ...summary, script];
  },
  requestsOf: (_output, folder) => {
    const { metrics } = JSON.parse(readFileSync(join(folder, 'k6.json'), 'utf8')) as {
      metrics: { http_reqs: { count: number }; http_req_failed: { value: number } };
    };
    if (metrics.http_req_failed.value > 0) throw new Error('requests of k6 failed');
    return metrics.http_reqs.count;
  },
};

/** Ours first. */
export const thinkClients: readonly ThinkClient[] = [loadstar, k6];
