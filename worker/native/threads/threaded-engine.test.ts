// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
// biome-ignore-all lint/suspicious/noThenProperty: it is what the step is called in scenarios.
/** A task's load on several threads, against real servers. */
import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../../../core/errors.ts';
import { planOf } from '../../../core/plan/fixtures/plan-of.ts';
import type { Step } from '../../../core/scenario/scenario.ts';
import { closed, nativeEngine, open, runNative, stepOf } from '../testing/run-native.ts';
import { response } from '../testing/scripted-server.ts';
import { serve } from '../testing/serve-scripted.ts';
import { ThreadedEngine } from './threaded-engine.ts';

const threads = (threadsPerTask: number) => ({ threadsPerTask });
const START_MS = 100;
const stopAll = (action: 'stop' | 'stop-now'): Step => ({
  kind: 'action',
  action,
  target: 'all-threads',
  pauseSeconds: 0,
});

describe('several threads', () => {
  it('make the load of the plan together, and report as one', async () => {
    const server = await serve(() => response('ok'));
    const { labels, outcome, total, warnings, windows } = await runNative({
      steps: [{ url: `${server.url}/a` }, { url: `${server.url}/b` }],
      loads: [
        closed({ concurrency: 5, iterations: 4 }),
        open({ startsPerSecond: 100, holdForSeconds: 1.3 }),
        open({ starts: 'iterations', startsPerSecond: 10, concurrency: 1, holdForSeconds: 0.5 }),
      ],
      plan: threads(2),
      startInMs: START_MS,
    });
    expect(warnings).toEqual([]);
    expect(total.failures).toBe(0);
    expect(total.requests).toBe(server.requests.length);
    expect(total.requests + total.droppedStarts).toBe(total.plannedStarts);
    expect(total.plannedStarts).toBeGreaterThanOrEqual(5 * 4 * 2 + 130 + 5);
    expect([...labels.keys()].map((label) => new URL(label).pathname).sort()).toEqual(['/a', '/b']);
    expect(windows.map(({ second }) => second)).toEqual(windows.map((_, index) => index));
    expect(outcome.startLateness.count).toBeGreaterThan(100);
    expect(outcome.startSkewMs).toBeGreaterThanOrEqual(0);
    expect(outcome.eventLoopLagMs?.max).toBeGreaterThanOrEqual(0);
  });

  it('count users of the same second together', async () => {
    const server = await serve(() => null);
    const { windows, total } = await runNative({
      steps: [{ url: server.url, timeoutSeconds: 0.5 }],
      loads: [closed({ concurrency: 7, iterations: 1 })],
      plan: threads(2),
      startInMs: START_MS,
    });
    expect(windows[0]?.task.concurrencyMax).toBe(7);
    expect(total).toMatchObject({ requests: 7, failures: 7 });
    expect([...total.errors.values()]).toMatchObject([{ type: 'timeout', count: 7 }]);
  });

  it('send what files hold', async () => {
    const server = await serve(() => response('ok'));
    await runNative({
      steps: [{ url: server.url, method: 'POST', body: { kind: 'file', path: 'a.txt' } }],
      loads: [closed({ concurrency: 4, iterations: 1 })],
      files: { 'a.txt': 'what it holds' },
      plan: threads(2),
      startInMs: START_MS,
    });
    expect(server.requests.map(({ body }) => body)).toEqual(Array.from({ length: 4 }, () => 'what it holds'));
  });

  it.each(['copy', 'split', 'unique'] as const)('take each row of a file once: %s', async (partition) => {
    const server = await serve(() => response('ok'));
    const rows = Array.from({ length: 31 }, (_, row) => `row-${row}`);
    const source = {
      path: 'rows.csv',
      delimiter: null,
      quoted: false,
      encoding: null,
      loop: false,
      randomOrder: false,
    };
    const { total } = await runNative({
      steps: [{ url: `${server.url}/\${id}` }],
      flow: { dataSources: [{ ...source, variableNames: null, partition }] },
      files: { 'rows.csv': `id\n${rows.join('\n')}\n` },
      loads: [closed({ concurrency: 5, holdForSeconds: 30 })],
      plan: threads(2),
      startInMs: START_MS,
    });
    expect(total.requests).toBe(rows.length);
    expect(server.requests.map(({ path }) => path.slice(1)).sort()).toEqual(rows.sort());
  });

  it('that have no users end at once, and wait for nobody', async () => {
    const server = await serve(() => response('ok'));
    const { total } = await runNative({
      steps: [{ url: server.url }],
      loads: [closed({ concurrency: 1, iterations: 3 })],
      plan: threads(4),
      startInMs: START_MS,
    });
    expect(total.requests).toBe(3);
    expect(server.connections).toBe(1);
  });
});

describe('an action that stops all users', () => {
  it.each(['stop', 'stop-now'] as const)('stops those of all threads, and of its own execution: %s', async (action) => {
    const server = await serve(({ path }) => (path === '/never' ? null : response('ok')));
    const load = closed({ concurrency: 4, holdForSeconds: 30 });
    const { total, windows } = await runNative({
      steps: [
        { url: `${server.url}/first` },
        {
          kind: 'if',
          condition: '"${__threadNum}" == "2"',
          then: [stopAll(action)],
          else: [{ ...stepOf({ url: `${server.url}/never` }) }],
        },
      ],
      loads: [load],
      plan: { ...threads(2), gracefulStopSeconds: 0.3 },
      startInMs: START_MS,
    });
    expect(windows.length).toBeLessThan(10);
    expect(total.failures).toBe(0);
    expect(total.plannedStarts).toBe(total.requests + total.unfinishedRequests);
  });
});

describe('stop', () => {
  it('reaches all of them, with the grace given', async () => {
    const server = await serve(() => null);
    const { total } = await runNative(
      {
        steps: [{ url: server.url }],
        loads: [closed({ concurrency: 6, holdForSeconds: 60 })],
        plan: threads(2),
        startInMs: START_MS,
      },
      (engine, startAtMs) => {
        setTimeout(() => engine.stop(100), startAtMs - performance.now() + 400);
      },
    );
    expect(total).toMatchObject({ requests: 0, unfinishedRequests: 6, plannedStarts: 6 });
  });

  it('before the start leaves nothing to run', async () => {
    const { engine, measured } = nativeEngine({ steps: [{ url: 'http://127.0.0.1:1' }], plan: threads(2) });
    await engine.prepare();
    engine.stop(0);
    const outcome = await engine.run(performance.now() + 3_600_000, 0);
    expect(outcome.startLateness.count).toBe(0);
    expect(measured.windows).toEqual([]);
  });

  it('while they prepare ends that', async () => {
    const { engine } = nativeEngine({ steps: [{ url: 'http://127.0.0.1:1' }], plan: threads(2) });
    const preparing = engine.prepare();
    engine.stop(0);
    await preparing;
  });
});

describe('what goes wrong in one of them', () => {
  it('while it prepares is what the engine fails with', async () => {
    const { engine } = nativeEngine({
      steps: [{ url: 'http://127.0.0.1:1', method: 'POST', body: { kind: 'file', path: 'b.txt' } }],
      plan: threads(2),
    });
    const error = await engine.prepare().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(LoadstarError);
    expect(error).toMatchObject({ code: 'scenario_file_missing', message: 'b.txt is missing' });
    await expect(engine.run(performance.now(), 0)).rejects.toBeInstanceOf(LoadstarError);
  });

  /** An engine whose threads are ready at once, and then do what `program` says with each message. */
  function engineOf(program: string) {
    const text = `import { parentPort as port, workerData } from 'node:worker_threads';
      port.on('message', (message) => { ${program} });
      port.postMessage({ kind: 'prepared' });`;
    const context = {
      plan: { ...planOf([closed({ concurrency: 2 })], { a: { tasks: 1, share: 1 } }), threadsPerTask: 2 },
      id: { region: 'a', task: 0 },
      secrets: new Map(),
      readFile: () => Promise.reject(new Error('there are no files')),
      log: () => {},
      onWindow: () => {},
    };
    return new ThreadedEngine(context, new URL(`data:text/javascript,${encodeURIComponent(text)}`));
  }
  const failureOf = async (engine: ThreadedEngine): Promise<unknown> => {
    await engine.prepare();
    return engine.run(performance.now(), 0).catch((caught: unknown) => caught);
  };

  it.each([
    ["if (workerData.thread === 1) throw new Error('it fell over')", 'worker thread 1 broke: it fell over'],
    ['if (workerData.thread === 0) process.exit(7)', 'worker thread 0 ended with code 7'],
    ["if (workerData.thread === 0) Promise.reject(new Error('lost'))", 'worker thread 0 broke: lost'],
  ])('while it runs fails the task with its reason: %s', async (program, message) => {
    const error = await failureOf(engineOf(program));
    expect(error).toBeInstanceOf(LoadstarError);
    expect(error).toMatchObject({ code: 'task_failed', message });
  });

  it('is found when it sends no windows that can be read', async () => {
    const program = "port.postMessage({ kind: 'window', segment: new Uint8Array([1, 2, 3]) })";
    expect(await failureOf(engineOf(program))).toMatchObject({ code: 'run_folder_invalid' });
  });

  it('is ended when it does not stop, though it turns around for ever', async () => {
    const engine = engineOf('if (workerData.thread === 1) for (;;);');
    await engine.prepare();
    const running = engine.run(performance.now(), 0).catch((caught: unknown) => caught);
    engine.stop(10);
    expect(await running).toMatchObject({ code: 'task_failed', message: expect.stringMatching(/did not end: 0, 1/) });
  });
});
