// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are functions of scenarios.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../../core/limits.ts';
import { readScenario } from '../../../../core/scenario/read-scenario.ts';
import type { TrialOrder } from '../../../../core/trial/trial-lines.ts';
import type { TrialRequest } from '../../../ports/trial-runner.ts';
import { findTasksUser } from '../process-launcher/region-programs.ts';
import { createTrialRunner } from './trial-process.ts';

const entry = fileURLToPath(new URL('../../../../worker/trial-main.ts', import.meta.url));
const scripted = fileURLToPath(new URL('./fixtures/scripted-trial.ts', import.meta.url));
const never = new AbortController().signal;

/** Answers with what it got; `/silent` never. */
let server: Server;
let url: string;
const silent: IncomingMessage[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/silent') silent.push(request);
    else request.pipe(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function orderOf(requests: string, flow = 'shop'): TrialOrder {
  const text = `execution: [{iterations: 1, scenario: ${flow}}]\nscenarios: {${flow}: {requests: [${requests}]}}`;
  const { scenario } = readScenario({ sources: [{ name: 'test.yml', text }] });
  return { flows: Object.values(scenario.flows), targets: { allow: null }, secrets: {} };
}

const requestOf = (order: TrialOrder, files: TrialRequest['files'] = new Map()): TrialRequest => ({ order, files });
const behaves = (flow: string): TrialRequest => requestOf(orderOf('http://127.0.0.1:1/', flow));
const hasEnded = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe('a try', () => {
  it('is made by a process of its own, which gets the files and little of the environment', async () => {
    process.env.LOADSTAR_TEST_SECRET = 'not for tasks';
    const text = 'ä'.repeat(200_000);
    async function* pieces() {
      for (let at = 0; at < text.length; at += 70_000) yield Buffer.from(text.slice(at, at + 70_000));
    }
    const order = orderOf(`{url: '${url}/?a=\${__env(LOADSTAR_TEST_SECRET)}', method: POST, body-file: long.txt}`);
    const trial = await createTrialRunner({ entry, user: null }).run(
      requestOf(order, new Map([['long.txt', async () => pieces()]])),
      never,
    );
    delete process.env.LOADSTAR_TEST_SECRET;
    expect(trial.problems).toEqual([]);
    expect(trial.flows).toMatchObject([
      {
        flow: 'shop',
        steps: [
          { status: 200, requestBody: { sizeBytes: 400_000, isCut: true }, responseBody: { sizeBytes: 400_000 } },
        ],
      },
    ]);
    expect(JSON.stringify(trial)).not.toContain('not for tasks');
  });

  it('is made as the user whom tasks run as', async (context) => {
    if (process.getuid?.() !== 0) context.skip('only root starts processes of another user');
    const user = findTasksUser('nobody');
    const trial = await createTrialRunner({ entry: scripted, user }).run(behaves('ends'), never);
    const [uid, ...variables] = trial.log[1]?.message.split(' ') ?? [];
    expect([Number(uid), variables]).toEqual([user.uid, expect.not.arrayContaining(['HOME'])]);
    expect(variables).toContain('PATH');
  });

  it('whose process breaks down shows what was done before, and why', async () => {
    const trial = await createTrialRunner({ entry: scripted, user: null }).run(behaves('breaks'), never);
    expect(trial.flows).toMatchObject([{ flow: 'breaks' }]);
    expect(trial.problems).toEqual([{ path: '', message: expect.stringMatching(/broke down.*before is shown/) }]);
  });

  it.each(['spins', 'floods'])('whose process %s is ended', async (behaviour) => {
    const trial = await createTrialRunner({ entry: scripted, user: null, msMax: 1_500 }).run(behaves(behaviour), never);
    expect(trial.problems).toEqual([{ path: '', message: expect.stringContaining('took too long') }]);
    for (const { message } of trial.log.slice(0, 1)) expect(hasEnded(Number(message))).toBe(true);
  });

  it('for which nobody waits any more ends at once, and with it what it did', async () => {
    const gone = new AbortController();
    const trying = createTrialRunner({ entry, user: null }).run(requestOf(orderOf(`${url}/silent`)), gone.signal);
    const caught = expect(trying).rejects.toBe('gone');
    await expect.poll(() => silent.length, { timeout: 20_000 }).toBe(1);
    const closed = once(silent[0]!.socket, 'close');
    gone.abort('gone');
    await caught;
    await closed;
  });

  it('ends with whoever asked for it, however that ended', async () => {
    const child = spawn(process.execPath, [entry], { stdio: ['pipe', 'pipe', 'inherit'] });
    const before = silent.length;
    for (const input of [{ kind: 'order', order: orderOf(`${url}/silent`) }, { kind: 'begin' }]) {
      child.stdin.write(`${JSON.stringify(input)}\n`);
    }
    await expect.poll(() => silent.length, { timeout: 20_000 }).toBe(before + 1);
    child.stdin.end();
    expect((await once(child, 'exit'))[0]).toBe(1);
  });

  it('is refused while many are made, and let in again afterwards', async () => {
    const trials = createTrialRunner({ entry: scripted, user: null });
    const gone = new AbortController();
    const many = Array.from({ length: limits.trialsAtOnceMax }, () => trials.run(behaves('spins'), gone.signal));
    await expect(trials.run(behaves('ends'), never)).rejects.toMatchObject({ code: 'rate_limited' });
    gone.abort('gone');
    expect((await Promise.allSettled(many)).map(({ status }) => status)).toEqual(many.map(() => 'rejected'));
    expect((await trials.run(behaves('ends'), never)).problems).toEqual([]);
  });

  it('fails as reading its files does, or when those are too large', async () => {
    const trials = createTrialRunner({ entry, user: null });
    const withFile = (read: () => Promise<Uint8Array>) =>
      trials.run(requestOf(orderOf(`{url: '${url}/', method: POST, body-file: a}`), new Map([['a', read]])), never);
    await expect(withFile(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    const large = async () => Buffer.alloc(limits.trialFilesBytesMax + 1);
    await expect(withFile(large)).rejects.toMatchObject({ code: 'scenario_too_large' });
    const nowhere = createTrialRunner({ entry, user: null, node: '/nowhere/node' });
    await expect(nowhere.run(behaves('ends'), never)).rejects.toMatchObject({ code: 'launch_failed' });
  });
});
