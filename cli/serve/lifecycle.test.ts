/** `loadstar serve` as processes: how it starts, how it does not, how it ends, and what is left. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PracticeTarget, startPracticeTarget } from '../../practice-target/start.ts';
import { processesNaming } from '../fixtures/processes.ts';
import { type ApiClient, clientOf, type ServerProcess, startServerProcess } from '../fixtures/server-process.ts';

const tlsFiles = join(import.meta.dirname, '..', '..', 'server', 'http', 'fixtures', 'tls');

let home: string;
let started: ServerProcess[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'loadstar-serve-'));
  started = [];
});
afterEach(async () => {
  // Nothing lives any more when the test passed, and nothing of another test names this folder.
  for (const { child, ended } of started) {
    child.kill('SIGKILL');
    await ended;
  }
  for (const pid of tasks()) process.kill(pid, 'SIGKILL');
  await rm(home, { recursive: true, force: true, maxRetries: 3 });
});

function start(variables: Record<string, string> = {}): ServerProcess {
  const server = startServerProcess({ LOADSTAR_HOME: home, ...variables });
  started.push(server);
  return server;
}

/** Tasks that live: each has its run folder's URL, which is below the home, in its command line. */
const tasks = () => processesNaming(home).filter((pid) => started.every(({ child }) => child.pid !== pid));

const scenario = (target: string, holdFor: string) => `
execution: [{concurrency: 2, hold-for: ${holdFor}, scenario: s}]
scenarios: {s: {think-time: 50ms, requests: [{url: '${target}/api/products', label: it}]}}
loadstar: {regions: {local: {tasks: 2}}}
`;

async function startRun({ call }: ApiClient, text: string): Promise<string> {
  const { body } = await call('POST', '/api/scenarios', text);
  const run = await call('POST', `/api/scenarios/${body.id}/runs`);
  expect(run).toMatchObject({ status: 201 });
  return String(run.body.id);
}

/** The run, once it is in one of these phases. */
async function inPhase({ call }: ApiClient, runId: string, ...phases: string[]): Promise<Record<string, unknown>> {
  let run: Record<string, unknown> = {};
  const look = async () => {
    run = (await call('GET', `/api/runs/${runId}`)).body;
    return run.phase;
  };
  await expect.poll(look, { timeout: 60_000, interval: 30 }).toBeOneOf(phases);
  return run;
}

describe('a start', () => {
  it('makes a token for its owner only, and serves', async () => {
    const server = start();
    const { call } = await clientOf(server, home);
    expect(await call('GET', '/api/version')).toMatchObject({ status: 200, body: { name: 'loadstar' } });
    const path = join(home, 'local-token');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(server.printed()).toMatch(/http:\/\/127\.0\.0\.1:\d+\/sign-in\/link\?code=lsi_[\w-]{43}\n/);
    expect(server.printed()).not.toContain((await readFile(path, 'utf8')).trim());
  });

  it('on data that is in use says who uses it, and leaves that one alone', async () => {
    const first = start();
    const { call } = await clientOf(first, home);
    const second = start();
    expect(await second.ended).toBe(2);
    expect(second.printed()).toContain('home_in_use');
    expect(second.printed()).toContain(`process id ${first.child.pid}`);
    expect((await call('GET', '/api/scenarios')).status).toBe(200);
  });

  it('on a port that is in use says which, and lets go of the data', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as { port: number };
    const server = start({ LOADSTAR_PORT: String(port) });
    expect(await server.ended).toBe(2);
    expect(server.printed()).toContain('listen_failed');
    expect(server.printed()).toContain(`127.0.0.1:${port}`);
    occupant.close();
    await start().url();
  });

  it('with mistakes in its configuration names all of them, and touches nothing', async () => {
    await writeFile(join(home, 'config.yaml'), 'keepDays: 0\nregoins: {}\ntrustedProxies: [nowhere]\n');
    const server = start({ LOADSTAR_PORT: 'http', LOADSTAR_REGIONS: 'local=none', LOADSTAR_TLS_CERT: '/c.pem' });
    expect(await server.ended).toBe(2);
    const printed = server.printed();
    for (const each of ['LOADSTAR_PORT', 'LOADSTAR_REGIONS', 'LOADSTAR_TLS_KEY', 'config.yaml:1', 'config.yaml:2']) {
      expect(printed).toContain(each);
    }
    expect(printed).toContain('config_invalid');
    expect(printed).toContain('trustedProxies[0]');
    await expect(stat(join(home, 'loadstar.sqlite'))).rejects.toThrow('ENOENT');
  });

  it('with a certificate serves TLS, and nothing else on that port', async () => {
    const certificateFile = join(tlsFiles, 'certificate.pem');
    const server = start({ LOADSTAR_TLS_CERT: certificateFile, LOADSTAR_TLS_KEY: join(tlsFiles, 'key.pem') });
    const url = new URL(await server.url());
    expect(url.protocol).toBe('https:');
    const ca = await readFile(certificateFile);
    const request = get({ host: '127.0.0.1', port: url.port, path: '/api/health', ca, servername: 'localhost' });
    const [answer] = await once(request, 'response');
    expect([answer.statusCode, answer.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
    answer.resume();
    await expect(fetch(`http://127.0.0.1:${url.port}/api/health`)).rejects.toThrow();
  });
});

describe('with a run under way', { timeout: 120_000 }, () => {
  let target: PracticeTarget;
  beforeEach(async () => {
    target = await startPracticeTarget({ port: 0 });
  });
  afterEach(() => target.stop());

  it('Ctrl-C ends it, its tasks included, and the next start still has what it measured', async () => {
    const server = start();
    const client = await clientOf(server, home);
    const runId = await startRun(client, scenario(target.url, '300s'));
    await inPhase(client, runId, 'running');
    expect(tasks()).toHaveLength(2);
    server.child.kill('SIGINT');
    expect(await server.ended).toBe(0);
    expect(server.printed()).toMatch(/Stopping[\s\S]*Stopped\. Nothing is left running/);
    expect(tasks()).toEqual([]);
    const next = await clientOf(start(), home);
    expect(await next.call('GET', `/api/runs/${runId}`)).toMatchObject({ status: 200, body: { phase: 'cancelled' } });
    expect(await next.call('GET', `/api/runs/${runId}/report`)).toMatchObject({
      status: 200,
      body: { status: 'cancelled', partial: true },
    });
  });

  it.each(['provisioning', 'running'])(
    'kill -9 while it is %s loses nothing: the next start finishes it',
    async (phase) => {
      const server = start();
      const client = await clientOf(server, home);
      const runId = await startRun(client, scenario(target.url, '3s'));
      await inPhase(client, runId, phase, 'running');
      server.child.kill('SIGKILL');
      expect(await server.ended).toBe('SIGKILL');
      const next = await clientOf(start(), home);
      expect(await inPhase(next, runId, 'complete', 'failed', 'cancelled')).toMatchObject({ phase: 'complete' });
      const { body: report } = await next.call('GET', `/api/runs/${runId}/report`);
      expect(report).toMatchObject({ status: 'complete', partial: false, tasksDelivered: 2, tasksLost: 0 });
      const { received } = (await (await fetch(`${target.url}/__count`)).json()) as { received: number };
      expect(report.total).toMatchObject({ requests: received });
      await expect.poll(tasks).toEqual([]);
    },
  );
});
