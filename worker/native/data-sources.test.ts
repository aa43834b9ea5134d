// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
/** Rows of data files in the requests of users, over tasks and executions, against a real server. */
import { afterEach, describe, expect, it } from 'vitest';
import { flowOf } from '../../core/scenario/fixtures/flows.ts';
import type { DataSource } from '../../core/scenario/scenario.ts';
import { closed, type NativeOptions, nativeEngine, open, runNative, stepsOf } from './testing/run-native.ts';
import { response, type ScriptedServer, scriptedServer } from './testing/scripted-server.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const users: DataSource = {
  path: 'users.csv',
  delimiter: null,
  quoted: false,
  encoding: null,
  loop: true,
  randomOrder: false,
  variableNames: null,
  partition: 'copy',
};
const file = (rows: number): string => `name\n${Array.from({ length: rows }, (_, row) => `u${row}`).join('\n')}\n`;

/** The paths that the server is asked for, in order. */
async function walk(source: Partial<DataSource>, options: Partial<NativeOptions> = {}): Promise<string[]> {
  const server = await scriptedServer(() => response('ok'));
  servers.push(server);
  await runNative({
    files: { 'users.csv': file(4) },
    ...options,
    steps: [{ url: '/${name}', label: 'user' }],
    flow: { defaultAddress: server.url, dataSources: [{ ...users, ...source }], ...options.flow },
  });
  return server.requests.map(({ path }) => path);
}

describe('each iteration takes a row', () => {
  it('in turn, shared by all users', async () => {
    expect(await walk({}, { loads: [closed({ iterations: 6 })] })).toEqual(['/u0', '/u1', '/u2', '/u3', '/u0', '/u1']);
    const shared = await walk({}, { loads: [closed({ concurrency: 4, iterations: 3 })] });
    for (const row of ['/u0', '/u1', '/u2', '/u3']) expect(shared.filter((path) => path === row).length).toBe(3);
  });

  it('and the user that finds none ends, which ends the run', async () => {
    const paths = await walk({ loop: false }, { loads: [closed({ concurrency: 3, holdForSeconds: 600 })] });
    expect(paths.toSorted()).toEqual(['/u0', '/u1', '/u2', '/u3']);
  });

  it('in the open model, of requests and of iterations', async () => {
    for (const starts of ['requests', 'iterations'] as const) {
      const load = open({ starts, startsPerSecond: 50, concurrency: 3, holdForSeconds: 0.3 });
      const paths = await walk({ loop: false }, { loads: [load], files: { 'users.csv': file(5) } });
      expect(paths.toSorted()).toEqual(['/u0', '/u1', '/u2', '/u3', '/u4']);
    }
  });

  it('with names of the scenario, from several files at once: the last one wins', async () => {
    const other = { ...users, path: 'other.csv', variableNames: ['id', 'name'] };
    const paths = await walk(
      {},
      {
        loads: [closed({ iterations: 2 })],
        files: { 'users.csv': file(4), 'other.csv': '1;x\n2;y\n' },
        flow: { dataSources: [users, other] },
      },
    );
    expect(paths).toEqual(['/x', '/y']);
  });
});

describe('over tasks', () => {
  const tasks = { regions: [{ name: 'local', tasks: 3, share: 1 }] };
  const ofTasks = async (source: Partial<DataSource>, rows: number): Promise<string[][]> => {
    const all: string[][] = [];
    for (const task of [0, 1, 2]) {
      const loads = [closed({ concurrency: 3, holdForSeconds: 600 })];
      const files = { 'users.csv': file(rows) };
      all.push(await walk({ loop: false, ...source }, { plan: tasks, task, loads, files }));
    }
    return all;
  };

  it('copied: each task walks all rows', async () => {
    const expected = ['/u0', '/u1', '/u2', '/u3', '/u4'];
    for (const paths of await ofTasks({ partition: 'copy' }, 5)) expect(paths.toSorted()).toEqual(expected);
  });

  it.each(['split', 'unique'] as const)('%s: each row is taken by one task', async (partition) => {
    const all = await ofTasks({ partition }, 10);
    expect(all.flat().toSorted()).toEqual(Array.from({ length: 10 }, (_, row) => `/u${row}`).toSorted());
    for (const paths of all) expect(paths.length).toBeGreaterThanOrEqual(3);
  });
});

it('executions side by side have rows, variables and flows of their own', async () => {
  const server = await scriptedServer(() => response('ok'));
  servers.push(server);
  const flow = { defaultAddress: server.url, dataSources: [users] };
  const other = flowOf('other', stepsOf([{ url: '/other/${name}' }]), flow);
  await runNative({
    files: { 'users.csv': file(3) },
    steps: [{ url: '/own/${name}' }],
    flow,
    loads: [closed({ iterations: 3 }), closed({ iterations: 2 })],
    others: [{ flow: other, load: closed({ iterations: 4 }) }],
  });
  const paths = server.requests.map(({ path }) => path).toSorted();
  expect(paths).toEqual(
    [
      '/own/u0',
      '/own/u1',
      '/own/u2',
      '/own/u0',
      '/own/u1',
      '/other/u0',
      '/other/u1',
      '/other/u2',
      '/other/u0',
    ].toSorted(),
  );
});

it.each([
  ['a file without rows', '', {}, 'has no rows'],
  ['an encoding that is not known', 'a\n1', { encoding: 'klingon' }, "the encoding 'klingon'"],
])('%s is said before anything is sent', async (_, text, source, message) => {
  const { engine } = nativeEngine({
    steps: [{ url: 'http://127.0.0.1:9/' }],
    flow: { dataSources: [{ ...users, ...source }] },
    files: { 'users.csv': text },
  });
  await expect(engine.prepare()).rejects.toMatchObject({
    code: 'scenario_invalid',
    message: expect.stringContaining(message),
    fields: [{ path: 'scenarios.test.data-sources[0]' }],
  });
});
