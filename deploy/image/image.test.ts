/** The load generator's images, built and run for real: tasks in containers that know a URL and a token. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, it, type TestContext, vi } from 'vitest';
import { readScenario } from '../../core/scenario/read-scenario.ts';
import { startServer } from '../../server/http/fixtures/start-server.ts';
import { withHome } from '../../server/main/fixtures/local-planes.ts';
import type { LocalControlPlane } from '../../server/main/local.ts';
import { needs } from '../../tools/needs.ts';
import { jmx, jmxRequest, k6Script, locustScript } from '../../worker/taurus/testing/scripts.ts';
import { startCountingServer } from '../../worker/taurus/testing/taurus-run.ts';
import { buildImage, type ImageTarget, needsImages, removeImage, runCommand } from './fixtures/images.ts';

/** Building, and JVMs, take their time on a machine that has other things to do. */
const PATIENCE_MS = 900_000;
const runTask = join(import.meta.dirname, 'run-task.sh');

afterAll(async () => {
  for (const target of ['native', 'full'] as const) await removeImage(target);
}, PATIENCE_MS);

/** A control plane whose only region runs containers of the target. */
async function withContainers(
  target: ImageTarget,
  test: (local: LocalControlPlane, image: string) => Promise<void>,
): Promise<void> {
  const image = await buildImage(target);
  await withHome(async (open) => {
    const served = Promise.withResolvers<string>();
    const local = await open({
      regions: { box: { tasksMax: 2, command: [runTask, ...runCommand(), image] } },
      plan: { segmentSeconds: 1, controlPollMs: 200, leaseSeconds: 30 },
      publicUrl: () => served.promise,
    });
    const server = await startServer({ app: local.ports });
    try {
      served.resolve(server.url);
      await test(local, image);
    } finally {
      await server.close(0);
    }
  });
}

/** Runs it to its end; resolves with its report, after what went wrong was named. */
async function run(local: LocalControlPlane, text: string, files: Record<string, string> = {}) {
  const { scenario } = readScenario({ sources: [{ name: 'image.yml', text }] });
  const bytes = new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]));
  const started = await local.startRun(scenario, bytes);
  expect(await local.watchRun(started.id)).toMatchObject({ phase: 'complete', reason: null, lostTasks: [] });
  return local.readReport(started.id);
}

const inImage = (image: string, ...command: string[]) => {
  const [podman = '', ...args] = [...runCommand(), '--entrypoint', command[0] ?? '', image, ...command.slice(1)];
  return execFileSync(podman, args, { encoding: 'utf8' });
};

describe('the image of the native engine', () => {
  it(
    'runs tasks as nobody in particular, on a file system that is read-only, and delivers when it is told to stop',
    async (context: TestContext) => {
      needsImages(context);
      const target = await startCountingServer(context);
      const scenarioOf = (load: string) => `
execution: [{scenario: shop, ${load}}]
scenarios: {shop: {requests: [{url: '${target.url}/native', label: native}]}}
loadstar: {healthyThreshold: 0, regions: {box: {tasks: 2}}}
`;
      await withContainers('native', async (local, image) => {
        const report = await run(local, scenarioOf('concurrency: 4, iterations: 25'));
        expect(report.total.requests).toBe(100);
        expect(target.total()).toBe(100);
        expect(inImage(image, 'id', '-u').trim()).toBe('10001');
        expect(inImage(image, 'sh', '-c', 'touch /work/a && ! touch /opt/b 2>/dev/null && echo so').trim()).toBe('so');

        // As a control plane, or whoever runs the container, ends it: SIGTERM.
        const { scenario } = readScenario({
          sources: [{ name: 'image.yml', text: scenarioOf('concurrency: 2, hold-for: 5m, throughput: 20') }],
        });
        const started = await local.startRun(scenario);
        await vi.waitFor(() => expect(target.total()).toBeGreaterThan(120), { timeout: 120_000, interval: 100 });
        const tasks = [0, 1].map((task) => ({ region: 'box', task }));
        await local.ports.launcher.kill(started.id, tasks, 60);
        const ended = await local.watchRun(started.id);
        // One that ends a little later may be told by the run as well, which is no loss.
        const brokenOff = expect.objectContaining({ brokeOff: true, reason: expect.stringContaining('told to end') });
        expect(ended.lostTasks).toContainEqual(brokenOff);
        expect(ended.lostTasks.filter(({ brokeOff }) => !brokeOff)).toEqual([]);
        expect((await local.readReport(started.id)).total.requests).toBe(target.total() - 100);
      });
    },
    PATIENCE_MS,
  );
});

describe('the image with all engines', () => {
  it(
    'runs scripts of JMeter, k6 and Locust, and counts exactly what was sent',
    async (context: TestContext) => {
      needsImages(context);
      for (const tool of ['bzt', 'jmeter', 'k6']) needs(context, tool);
      const target = await startCountingServer(context);
      const text = `
execution:
- {executor: jmeter, scenario: plan}
- {executor: k6, scenario: flow}
- {executor: locust, scenario: shop, concurrency: 2, hold-for: 2s}
scenarios: {plan: {script: shop.jmx}, flow: {script: shop.js}, shop: {script: shop.py}}
loadstar: {regions: {box: {tasks: 1}}}
`;
      const files = {
        'shop.jmx': jmx(jmxRequest(target.port, '/jmeter', 'jmeter')),
        'shop.js': k6Script(target.url, '{ vus: 2, iterations: 40 }'),
        'shop.py': locustScript(target.url),
      };
      await withContainers('full', async (local) => {
        const report = await run(local, text, files);
        expect(report.total.requests).toBe(target.total());
        expect(target.served.get('/jmeter')).toBe(60);
        expect(target.served.get('/k6')).toBe(40);
        expect(target.served.get('/locust')).toBeGreaterThan(10);
      });
    },
    PATIENCE_MS,
  );
});
