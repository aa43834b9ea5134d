import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it, type TestContext } from 'vitest';
import type { Plan, PlannedExecution } from '../core/plan/plan.ts';
import { readTaurusXml } from '../core/report/taurus-xml.ts';
import { runFolderPaths } from '../core/run-folder/run-folder.ts';
import { parseWindowLine } from '../core/run-folder/window-line.ts';
import { readHdrLog } from '../core/statistics/hdr-log.ts';
import { readSegment } from '../core/statistics/segment.ts';
import { Statistics } from '../core/statistics/statistics.ts';
import { totalOfWindow } from '../core/statistics/window.ts';
import { testPlan } from './testing/plans.ts';
import { createRealFolder, type RealFolder, startTask, type TaskProcess, until } from './testing/task-process.ts';

const id = { region: 'local', task: 0 };

/** 3 users, 20 requests each, with no other end. */
const sixtyRequests: PlannedExecution['load'] = {
  model: 'closed',
  users: [{ seconds: 3_600, from: 3, to: 3 }],
  usersMax: 3,
  iterationsPerUser: 20,
  endSeconds: null,
};
const endless: PlannedExecution['load'] = { ...sixtyRequests, iterationsPerUser: null, endSeconds: 3_600 };

/** A server that answers every tenth request with a 503; tells how many it has served. */
async function startServer({ onTestFinished }: TestContext): Promise<{ address: string; served(): number }> {
  let served = 0;
  const server: Server = createServer((_request, response) => {
    served++;
    response.statusCode = served % 10 === 0 ? 503 : 200;
    response.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, served: () => served };
}

/** Runs task 0 of 1 with the native engine against an address. */
async function startNative(
  { onTestFinished }: TestContext,
  address: string,
  load: PlannedExecution['load'],
  changes: Partial<Plan> = {},
): Promise<{ folder: RealFolder; task: TaskProcess }> {
  const plan: Plan = testPlan({
    regions: [{ name: 'local', tasks: 1, share: 1 }],
    leaseSeconds: 60,
    segmentSeconds: 1,
    ...changes,
  });
  plan.executions = [{ engine: 'native', flow: 'browse', delaySeconds: 0, startAtMs: null, load }];
  for (const flow of Object.values(plan.flows)) flow.defaultAddress = address;
  const folder = await createRealFolder(plan, { state: 'go', goAtMs: Date.now() + 1_500, stopReason: null });
  onTestFinished(() => folder.remove());
  const task = startTask(folder.url, { program: 'native' });
  onTestFinished(() => task.end());
  return { folder, task };
}

/** All that the segments hold, merged. */
function totalOfSegments({ root }: RealFolder, segments: number): Statistics {
  const total = new Statistics();
  for (let k = 0; k < segments; k++) {
    const bytes = zstdDecompressSync(readFileSync(join(root, runFolderPaths.segment(id, k))));
    readSegment(bytes, (window) => total.addLater(totalOfWindow(window)));
  }
  return total;
}

describe.concurrent('the task program with the native engine', () => {
  it('measures exactly what a real server served, and every file agrees', async (context) => {
    const server = await startServer(context);
    const { folder, task } = await startNative(context, server.address, sixtyRequests);
    expect(await task.ended).toEqual({ code: 0, signal: null });
    expect(server.served()).toBe(60);

    const done = await folder.done();
    expect(done).toMatchObject({ exit: 'completed', error: null, requests: 60, failures: 6 });
    expect(done?.health.startSkewMs).toBeGreaterThanOrEqual(0);
    expect(done?.health.memoryBytesMax).toBeGreaterThan(10_000_000);
    const total = totalOfSegments(folder, done?.segments ?? 0);
    expect(total).toMatchObject({ requests: 60, failures: 6, plannedStarts: 60, lastEndedUs: done?.lastEndedUs });
    expect(Object.fromEntries(total.codes)).toEqual({ 200: 54, 503: 6 });

    const hdr = readHdrLog(readFileSync(join(folder.root, runFolderPaths.totals(id)), 'utf8'));
    const inHdr = hdr.get('home')?.serviceTime?.counts.reduce((sum, count) => sum + count, 0);
    expect(inHdr).toBe(60);
    const xml = readTaurusXml(readFileSync(join(folder.root, runFolderPaths.xml(id)), 'utf8'));
    expect(xml.total).toMatchObject({ samples: 60, failures: 6, codes: { 200: 54, 503: 6 } });
    const printed = task.lines.map((line) => parseWindowLine(line)?.total.requests ?? 0);
    expect(printed.reduce((sum, requests) => sum + requests, 0)).toBe(60);
  });

  it('measures the same on several threads', async (context) => {
    const server = await startServer(context);
    const { folder, task } = await startNative(context, server.address, sixtyRequests, { threadsPerTask: 2 });
    expect(await task.ended).toEqual({ code: 0, signal: null });
    expect(server.served()).toBe(60);
    const done = await folder.done();
    expect(done).toMatchObject({ exit: 'completed', error: null, requests: 60, failures: 6 });
    const total = totalOfSegments(folder, done?.segments ?? 0);
    expect(total).toMatchObject({ requests: 60, failures: 6, plannedStarts: 60, lastEndedUs: done?.lastEndedUs });
    expect(total.serviceTime.count).toBe(60);
  });

  it('stops load on several threads in time', async (context) => {
    const server = await startServer(context);
    const { folder, task } = await startNative(context, server.address, endless, { threadsPerTask: 2 });
    await until(() => folder.has(runFolderPaths.segment(id, 0)), 'a segment');
    task.child.kill('SIGTERM');
    expect(await task.ended).toEqual({ code: 0, signal: null });
    const done = await folder.done();
    expect(done?.exit).toBe('stopped');
    const total = totalOfSegments(folder, done?.segments ?? 0);
    expect(total.requests).toBe(done?.requests);
    expect(server.served()).toBeGreaterThanOrEqual(total.requests);
    expect(server.served()).toBeLessThanOrEqual(total.requests + total.unfinishedRequests);
  });

  it('takes a target that refuses connections for data', async (context) => {
    const { folder, task } = await startNative(context, 'http://127.0.0.1:1', sixtyRequests);
    expect(await task.ended).toEqual({ code: 0, signal: null });
    expect(await folder.done()).toMatchObject({ exit: 'completed', requests: 60, failures: 60 });
  });

  it('stops real load on SIGTERM, and delivers what was measured', async (context) => {
    const server = await startServer(context);
    const { folder, task } = await startNative(context, server.address, endless);
    await until(() => folder.has(runFolderPaths.segment(id, 0)), 'a segment');
    task.child.kill('SIGTERM');
    expect(await task.ended).toEqual({ code: 0, signal: null });
    const done = await folder.done();
    expect(done?.exit).toBe('stopped');
    const total = totalOfSegments(folder, done?.segments ?? 0);
    expect(total.requests).toBe(done?.requests);
    expect(server.served()).toBeGreaterThanOrEqual(total.requests);
    expect(server.served()).toBeLessThanOrEqual(total.requests + total.unfinishedRequests);
    const servedAtEnd = server.served();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.served()).toBe(servedAtEnd);
  });

  it('stops real load when control says so', async (context) => {
    const server = await startServer(context);
    const { folder, task } = await startNative(context, server.address, endless);
    await until(() => server.served() > 0, 'a request');
    await folder.order({ revision: 2, state: 'stop', goAtMs: null, stopReason: 'cancelled' });
    expect(await task.ended).toEqual({ code: 0, signal: null });
    expect(await folder.done()).toMatchObject({ exit: 'stopped' });
    expect(folder.has(runFolderPaths.xml(id))).toBe(true);
  });
});
