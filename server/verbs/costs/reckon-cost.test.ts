import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../../../core/errors.ts';
import { makePlan } from '../../../core/plan/make-plan.ts';
import { runFolderPaths } from '../../../core/run-folder/run-folder.ts';
import { readScenario } from '../../../core/scenario/read-scenario.ts';
import { createMemoryObjectStore } from '../../adapters/memory/memory-object-store.ts';
import { sampleRun } from '../../ports/fixtures/sample-rows.ts';
import type { TaskOffers } from '../../ports/task-offers.ts';
import { openRunFolder, toJson } from '../../run-folder/run-folder.ts';
import { actualCost, estimateCost } from './reckon-cost.ts';

const size = { vcpu: 2, memoryMb: 4096 };
const offer = { region: 'eu-west-1', size, architecture: 'arm', spot: false, publicIp: true } as const;
const taskOffers: TaskOffers = { list: async () => [offer] };
const logged: string[] = [];
const log = (_level: string, message: string) => void logged.push(message);

function planOf(load: string, loadstar = '') {
  const text = `
execution: [{scenario: a, ${load}}]
scenarios: {a: {requests: ['http://127.0.0.1/']}}
loadstar: {regions: {eu-west-1: {tasks: 4}}${loadstar}}
`;
  const { scenario } = readScenario({ sources: [{ name: 'a.yml', text }] });
  return makePlan(scenario, { runId: 'run-1' });
}

const cpuHours = (cost: Awaited<ReturnType<typeof estimateCost>>) =>
  cost?.items.find(({ unit }) => unit === 'vCPU-hours')?.quantity ?? Number.NaN;

describe('what a run will cost', () => {
  it('is reckoned from its plan and from what its regions offer', async () => {
    const cost = await estimateCost({ taskOffers, log }, planOf('concurrency: 4, hold-for: 1h'));
    expect(cpuHours(cost)).toBeCloseTo(4 * 2 * (3_690 / 3_600), 6);
    const larger = planOf('concurrency: 4, hold-for: 1h', ', task-size: {vcpu: 8}, spot: true');
    const spot = await estimateCost({ taskOffers, log }, larger);
    expect(cpuHours(spot)).toBeCloseTo(4 * cpuHours(cost), 6);
    expect(spot?.items[0]?.what).toBe('Fargate Spot, ARM: CPU');
  });

  it('is not known without an end, for other regions, and where nobody says', async () => {
    expect(await estimateCost({ taskOffers, log }, planOf('concurrency: 4, iterations: 5'))).toBeNull();
    const plan = planOf('concurrency: 4, hold-for: 1h');
    expect(await estimateCost({ taskOffers: { list: async () => [] }, log }, plan)).toBeNull();
    expect(await estimateCost({ log }, plan)).toBeNull();
    const failing = { list: () => Promise.reject(new LoadstarError('store_failed', 'the table does not answer')) };
    expect(await estimateCost({ taskOffers: failing, log }, plan)).toBeNull();
    expect(logged).toEqual(['what tasks cost is not known']);
  });
});

describe('what a run has cost', () => {
  const regions = [{ name: 'eu-west-1', tasks: 4, share: 1 }];
  const ended = sampleRun({
    id: 'run-1',
    phase: 'cancelled',
    regions,
    goAtMs: 1_000_000,
    endedAtMs: 1_000_000 + 600_000,
  });

  it('is reckoned from how long its load lasted, and from its own plan', async () => {
    const objects = createMemoryObjectStore();
    const folder = openRunFolder(objects, 'run-1');
    await folder.put(runFolderPaths.plan, toJson(planOf('concurrency: 4, hold-for: 1h')));
    const ports = { objects, taskOffers, log };
    expect(cpuHours(await actualCost(ports, ended))).toBeCloseTo(4 * 2 * (690 / 3_600), 6);
    await folder.put(runFolderPaths.report, toJson({ total: { requests: 1, bytesSent: 2e9 } }));
    const { items = [] } = (await actualCost(ports, ended)) ?? {};
    expect(items.find(({ what }) => what.startsWith('Data to targets'))?.quantity).toBe(2);
    for (const changes of [{ phase: 'running' as const }, { goAtMs: null }, { endedAtMs: null }]) {
      expect(await actualCost(ports, { ...ended, ...changes })).toBeNull();
    }
    expect(await actualCost({ objects, log }, ended)).toBeNull();
    await folder.put(runFolderPaths.plan, Buffer.from('{'));
    expect(await actualCost(ports, ended)).toBeNull();
  });
});
