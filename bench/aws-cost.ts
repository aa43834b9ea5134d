/** What an hour of load by a hundred tasks in two regions costs on AWS, with somebody watching, beside the same with DLT. Nothing is run: both are reckoned. */
import type { CostItem } from '../core/api/cost.ts';
import { costOf } from '../core/cost/cost.ts';
import { listPrices } from '../core/cost/prices.ts';
import type { RunShape, TaskOffer } from '../core/cost/run-shape.ts';
import { makePlan } from '../core/plan/make-plan.ts';
import { readScenario } from '../core/scenario/read-scenario.ts';
import { planSettings } from '../server/adapters/aws/layout/plan-settings.ts';
import { dltItems } from './dlt-cost.ts';

const TASKS = 100;
const LOAD_SECONDS = 3_600;
const regions = ['us-east-1', 'eu-west-1'];
const VIEWERS = 1;

const { scenario } = readScenario({
  sources: [
    {
      name: 'hour.yml',
      text: `
execution: [{concurrency: 10000, hold-for: ${LOAD_SECONDS}s, scenario: shop}]
scenarios: {shop: {requests: ['http://shop.example/']}}
loadstar: {regions: {${regions.map((name) => `${name}: {tasks: ${TASKS / regions.length}}`).join(', ')}}}
`,
    },
  ],
});
const plan = makePlan(scenario, { ...planSettings, runId: 'hour' });

function shapeOf(offer: Partial<TaskOffer>, live: boolean): RunShape {
  const usual = { size: { vcpu: 2, memoryMb: 4_096 }, architecture: 'arm', spot: false, publicIp: true } as const;
  return {
    regions: plan.regions.map(({ name, tasks }) => ({ ...usual, ...offer, region: name, tasks })),
    loadSeconds: LOAD_SECONDS,
    segmentSeconds: plan.segmentSeconds,
    controlPollMs: plan.controlPollMs,
    liveIntervalSeconds: live ? plan.liveIntervalSeconds : null,
    viewers: live ? VIEWERS : 0,
    bytesSent: null,
  };
}

const usdOf = (items: readonly CostItem[]) => items.reduce((sum, { usd }) => sum + usd, 0);
const ours = costOf(shapeOf({}, true));
const dlt = dltItems(
  { regions: regions.length, tasks: TASKS, loadSeconds: LOAD_SECONDS, viewers: VIEWERS },
  listPrices,
);

/** Ours and theirs of one name side by side; processors are not of the same kind. */
function sideBySide(): { what: string; ours: number | null; dlt: number | null }[] {
  const plain = (what: string) => what.replace(/, (ARM|x86):/, ':');
  const names = [...new Set([...ours.items, ...dlt].map(({ what }) => plain(what)))];
  const of = (items: readonly CostItem[], name: string) => items.find(({ what }) => plain(what) === name)?.usd ?? null;
  return names.map((what) => ({ what, ours: of(ours.items, what), dlt: of(dlt, what) }));
}

console.log(
  JSON.stringify({
    tasks: TASKS,
    loadSeconds: LOAD_SECONDS,
    regions: regions.length,
    prices: { region: listPrices.region, asOf: listPrices.asOf },
    liveIntervalSeconds: plan.liveIntervalSeconds,
    segmentSeconds: plan.segmentSeconds,
    items: sideBySide(),
    usd: { ours: ours.usd, dlt: usdOf(dlt) },
    variants: {
      x86: costOf(shapeOf({ architecture: 'x86' }, true)).usd,
      withoutLiveData: costOf(shapeOf({}, false)).usd,
      spot: costOf(shapeOf({ spot: true }, true)).usd,
    },
  }),
);
