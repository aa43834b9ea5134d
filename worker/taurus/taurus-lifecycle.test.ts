import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { Statistics } from '../../core/statistics/statistics.ts';
import { needs } from '../../tools/needs.ts';
import { until } from '../testing/task-process.ts';
import { jmx, jmxRequest, jmxRows, k6Script, locustScript } from './testing/scripts.ts';
import { executionOf, pause, readDelivered, startCountingServer, startTaurus } from './testing/taurus-run.ts';

/** A JVM starts slowly on a machine that has other things to do. */
const timeout = 180_000;
const onLinux = process.platform === 'linux';
const endlessLoad = {
  concurrency: 2,
  throughput: null,
  rampUpSeconds: 0,
  steps: null,
  holdForSeconds: 3_600,
  iterations: null,
};

/** Where a task puts its work folder; every process that Taurus starts names it. */
function workPlace({ onTestFinished }: TestContext): { path: string; processes(): number[] } {
  const path = mkdtempSync(join(tmpdir(), 'loadstar-place-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const names = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path);
    } catch {
      return false;
    }
  };
  return {
    path,
    processes: () =>
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name) && names(name))
        .map(Number),
  };
}

describe.runIf(onLinux)('what Taurus starts', () => {
  it('ends when the task is stopped, and what was measured is delivered', { timeout }, async (context) => {
    for (const tool of ['bzt', 'java', 'jmeter', 'k6']) needs(context, tool);
    const server = await startCountingServer(context, 20);
    const place = workPlace(context);
    const run = await startTaurus(context, {
      executions: [
        executionOf({ executor: 'jmeter', script: 'shop.jmx' }),
        executionOf({ executor: 'k6', script: 'shop.js', load: endlessLoad }),
        executionOf({ executor: 'locust', script: 'shop.py', load: endlessLoad }),
      ],
      files: {
        'shop.jmx': jmx(jmxRequest(server.port, '/jmeter'), { loops: 1_000_000 }),
        'shop.js': k6Script(server.url, '{}'),
        'shop.py': locustScript(server.url),
      },
      environment: { TMPDIR: place.path },
    });
    await run.go();
    await until(
      () => ['/jmeter', '/k6', '/locust'].every((path) => (server.served.get(path) ?? 0) > 5),
      'requests of all tools',
    );
    expect(place.processes().length).toBeGreaterThanOrEqual(4);
    run.tasks[0]?.child.kill('SIGTERM');
    expect(await run.tasks[0]?.ended).toEqual({ code: 0, signal: null });
    expect(place.processes()).toEqual([]);
    expect(readdirSync(place.path)).toEqual([]);
    const { artifacts, done, labels, total } = readDelivered(run.folder);
    expect(done).toMatchObject({ exit: 'stopped', error: null, requests: total.requests });
    // What was under way when it was cut off is in no file.
    expect(total.requests).toBeGreaterThan(15);
    expect(total.requests - total.failures).toBeLessThanOrEqual(server.total());
    expect([...labels.keys()].sort()).toEqual(['/jmeter', '/locust', `${server.url}/k6`].sort());
    expect(artifacts).toContain('bzt.log');
    const servedAtEnd = server.total();
    await pause(300);
    expect(server.total()).toBe(servedAtEnd);
  });

  it('ends when the worker is killed', { timeout }, async (context) => {
    for (const tool of ['bzt', 'k6']) needs(context, tool);
    const server = await startCountingServer(context, 20);
    const place = workPlace(context);
    const run = await startTaurus(context, {
      executions: [
        executionOf({ executor: 'k6', script: 'shop.js', load: endlessLoad }),
        executionOf({ executor: 'locust', script: 'shop.py', load: endlessLoad }),
      ],
      files: { 'shop.js': k6Script(server.url, '{}'), 'shop.py': locustScript(server.url) },
      environment: { TMPDIR: place.path },
    });
    await run.go();
    await until(() => (server.served.get('/k6') ?? 0) > 5 && server.served.has('/locust'), 'requests of both tools');
    run.tasks[0]?.child.kill('SIGKILL');
    await until(() => place.processes().length === 0, 'the end of all processes');
    await until(() => readdirSync(place.path).length === 0, 'the end of the work folder');
  });
});

// biome-ignore lint/suspicious/noTemplateCurlyInString: JMeter fills it in.
const buyPath = '/by/${name}';

describe('several tasks', () => {
  it('share the users of a script and the rows of its data', { timeout }, async (context) => {
    for (const tool of ['bzt', 'java', 'jmeter']) needs(context, tool);
    const server = await startCountingServer(context);
    const rows = Array.from({ length: 11 }, (_, i) => `buyer${i},${i}`);
    const run = await startTaurus(context, {
      regions: [{ name: 'local', tasks: 2, share: 1 }],
      executions: [
        executionOf({ executor: 'jmeter', script: 'shop.jmx' }),
        executionOf({ executor: 'locust', script: 'shop.py' }),
      ],
      files: {
        'shop.jmx': jmx(jmxRows('data/buyers.csv') + jmxRequest(server.port, buyPath, 'buy'), {
          users: 3,
          loops: 100,
        }),
        'shop.py': locustScript(server.url, 3),
        'data/buyers.csv': `name,number\n${rows.join('\n')}`,
        'only-once.txt': 'for one task',
      },
      partitions: [
        { path: 'data/buyers.csv', partition: 'split', header: true },
        { path: 'only-once.txt', partition: 'unique', header: false },
      ],
    });
    await run.go();
    for (const task of run.tasks) expect(await task.ended).toEqual({ code: 0, signal: null });
    // Each row was used once, by one of them.
    const buyers = [...server.served.entries()].filter(([path]) => path.startsWith('/by/'));
    expect(buyers.sort()).toEqual(rows.map((row) => [`/by/${row.split(',')[0]}`, 1]).sort());
    const delivered = [0, 1].map((task) => readDelivered(run.folder, task));
    expect(delivered.map(({ labels }) => labels.get('buy')?.requests)).toEqual([6, 5]);
    const byLocust = delivered.map(({ labels }) => labels.get('/locust') ?? new Statistics());
    expect(byLocust.map(({ concurrencyMax }) => concurrencyMax).sort()).toEqual([1, 2]);
    expect(byLocust.reduce((sum, { requests }) => sum + requests, 0)).toBe(server.served.get('/locust'));
    const threads = delivered.map(
      ({ artifact }) => new Set(artifact('jmeter.log').match(/Thread started: Buyers 1-\d+/g)),
    );
    expect(threads.map(({ size }) => size)).toEqual([2, 1]);
    expect(existsSync(join(run.folder.root, 'artifacts'))).toBe(true);
  });
});
