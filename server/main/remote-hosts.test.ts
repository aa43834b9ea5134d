/** Tasks on hosts of their own: nothing but the API's URL and a token of their run leads them to the control plane. */
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { closedLoad } from '../../core/scenario/fixtures/flows.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import { startServer } from '../http/fixtures/start-server.ts';
import { pidOf, withHome } from './fixtures/local-planes.ts';
import { makeNetworkHost, type NetworkHost, needsNetworkHosts } from './fixtures/network-hosts.ts';
import { scriptedScenario } from './fixtures/scripted-run.ts';
import type { LocalControlPlane } from './local.ts';

const REQUESTS_PER_USER = 40;
const THINK_SECONDS = 0.1;

/** A target on all addresses of this machine that knows from which host how many requests came. */
async function startTarget() {
  const served = new Map<string, number>();
  const server = createServer((request, answer) => {
    const from = request.socket.remoteAddress ?? '';
    served.set(from, (served.get(from) ?? 0) + 1);
    answer.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    /** From any of the addresses of the host's network. */
    servedTo: ({ gateway }: NetworkHost) => {
      const network = gateway.replace(/\d+$/, '');
      const isOf = (address: string) =>
        address.startsWith(network) &&
        Number(address.slice(network.length)) === Number(gateway.slice(network.length)) + 1;
      return [...served].reduce((sum, [address, count]) => sum + (isOf(address) ? count : 0), 0);
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** One user in each of two regions, on real tasks with the native engine. */
function scenarioOn(url: string): Scenario {
  const scenario = scriptedScenario({ regions: { near: 1, far: 1 }, healthyThresholdPercent: 50 });
  for (const execution of scenario.executions) {
    execution.load = closedLoad({ concurrency: 2, holdForSeconds: 20, iterations: REQUESTS_PER_USER });
  }
  const thinkTime = { kind: 'constant', seconds: THINK_SECONDS };
  for (const step of scenario.flows.shop?.steps ?? []) Object.assign(step, { url, thinkTime });
  return scenario;
}

interface World {
  near: NetworkHost;
  far: NetworkHost;
  target: Awaited<ReturnType<typeof startTarget>>;
  local: LocalControlPlane;
  home: string;
}

async function withHosts(test: (world: World) => Promise<void>): Promise<void> {
  const hosts: NetworkHost[] = [];
  const closing: (() => unknown)[] = [];
  try {
    const near = makeNetworkHost(0);
    hosts.push(near);
    const far = makeNetworkHost(1);
    hosts.push(far);
    const target = await startTarget();
    closing.push(target.close);
    await withHome(async (open, home) => {
      const served = Promise.withResolvers<string>();
      const local = await open({
        regions: { near: { tasksMax: 1, command: near.command }, far: { tasksMax: 1, command: far.command } },
        workerEntry: fileURLToPath(new URL('../../worker/main.ts', import.meta.url)),
        plan: { segmentSeconds: 1, controlPollMs: 100, leaseSeconds: 5 },
        publicUrl: () => served.promise,
      });
      const server = await startServer({ app: local.ports, listen: { host: '0.0.0.0' } });
      closing.push(() => server.close(0));
      served.resolve(`http://${near.gateway}:${server.port}`);
      await test({ near, far, target, local, home });
    });
  } finally {
    for (const close of closing) await close();
    for (const host of hosts) host.remove();
  }
}

const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

describe('tasks on other hosts', () => {
  it('lose no more than what their host could not send when it is cut off', async (context) => {
    needsNetworkHosts(context);
    await withHosts(async ({ near, far, target, local, home }) => {
      const run = await local.startRun(scenarioOn(`http://${near.gateway}:${target.port}/`));
      // Two seconds of its load, so that some segments are in.
      await eventually(() => expect(target.servedTo(far)).toBeGreaterThan(2 / THINK_SECONDS));
      const token = local.ports.runFolderAccess?.tokenOf(run.id) ?? 'none';
      await expectHidden(token, home, run.id);
      far.cut();
      const servedToFar = target.servedTo(far);
      const ended = await local.watchRun(run.id);

      expect(ended).toMatchObject({ phase: 'complete', lostTasks: [{ region: 'far', task: 0 }] });
      const report = await local.readReport(run.id);
      expect(report).toMatchObject({ status: 'complete', partial: true, tasksDelivered: 1, tasksLost: 1 });
      // Exactly what the target has seen.
      expect(target.servedTo(near)).toBe(REQUESTS_PER_USER);
      expect(report.regions.near).toMatchObject({ requests: REQUESTS_PER_USER, failures: 0 });
      // What it had sent before: whole seconds, and nothing that was not served.
      const farRequests = report.regions.far?.requests ?? 0;
      expect(farRequests).toBeGreaterThan(0);
      expect(farRequests).toBeLessThanOrEqual(servedToFar + 1);
      expect(report.remarks.join(' ')).toMatch(/far/);
      const log = await readFile(join(local.runFolder(run.id), 'artifacts', 'far', '0', 'task.log'), 'utf8');
      expect(log).toContain('nothing was heard from the control plane for the length of the lease');
      expect(log).not.toContain(token);
    });
  }, 120_000);

  it('stop when the run is cancelled, and deliver', async (context) => {
    needsNetworkHosts(context);
    await withHosts(async ({ near, far, target, local }) => {
      const run = await local.startRun(scenarioOn(`http://${near.gateway}:${target.port}/`));
      await eventually(() => expect(Math.min(target.servedTo(far), target.servedTo(near))).toBeGreaterThan(3));
      await local.cancelRun(run.id);
      const ended = await local.watchRun(run.id);
      expect(ended).toMatchObject({ phase: 'cancelled', lostTasks: [] });
      const report = await local.readReport(run.id);
      expect(report.regions.far?.requests).toBe(target.servedTo(far));
      expect(report.regions.near?.requests).toBe(target.servedTo(near));
      expect(await local.ports.launcher.observe(run.id)).toEqual([]);
    });
  }, 120_000);
});

/** The run's token is in no argument and no file of the launcher, and the row knows its hash only. */
async function expectHidden(token: string, home: string, runId: string): Promise<void> {
  expect(token).toMatch(/^lsr_/);
  const pid = await pidOf(home, runId, 'far-0');
  expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toContain('/api/run-folders/');
  expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(token);
  const records = join(home, 'tasks', runId);
  for (const name of await readdir(records)) expect(await readFile(join(records, name), 'utf8')).not.toContain(token);
  expect((await readFile(join(home, 'loadstar.sqlite-wal'), 'latin1').catch(() => '')).includes(token)).toBe(false);
}
