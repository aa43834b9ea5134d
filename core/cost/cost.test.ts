import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runCostSchema } from '../api/cost.ts';
import { costOf } from './cost.ts';
import { listPrices } from './prices.ts';
import { type RunShape, type TaskOffer, tasksOf } from './run-shape.ts';
import { assumptions } from './usage.ts';

const offer: TaskOffer = {
  region: 'us-east-1',
  size: { vcpu: 2, memoryMb: 4096 },
  architecture: 'arm',
  spot: false,
  publicIp: true,
};
const shape: RunShape = {
  regions: [{ ...offer, tasks: 100 }],
  loadSeconds: 3_600,
  segmentSeconds: 10,
  controlPollMs: 2_000,
  liveIntervalSeconds: 2,
  viewers: 1,
  bytesSent: null,
};

function usdOf(changes: Partial<RunShape>, ...whats: string[]): number {
  const { items } = costOf({ ...shape, ...changes });
  return items.filter(({ what }) => whats.some((each) => what.startsWith(each))).reduce((sum, { usd }) => sum + usd, 0);
}

describe('the cost of a run', () => {
  it('has what Fargate asks for, by the second', () => {
    const hours = (3_600 + assumptions.secondsBeforeGo + assumptions.secondsAfterLoad) / 3_600;
    expect(usdOf({}, 'Fargate')).toBeCloseTo(100 * hours * (2 * 0.03238 + 4 * 0.00356), 9);
    const x86 = [{ ...offer, architecture: 'x86' as const, tasks: 100 }];
    expect(usdOf({ regions: x86 }, 'Fargate')).toBeCloseTo(100 * hours * (2 * 0.04048 + 4 * 0.004445), 9);
    const spot = [{ ...offer, spot: true, tasks: 100 }];
    expect(usdOf({ regions: spot }, 'Fargate')).toBeCloseTo(usdOf({}, 'Fargate') * listPrices.fargate.spotPart, 9);
    expect(usdOf({}, 'Public IPv4')).toBeCloseTo(100 * hours * 0.005, 9);
    const hidden = [{ ...offer, publicIp: false, tasks: 100 }];
    expect(usdOf({ regions: hidden }, 'Public IPv4')).toBe(0);
  });

  it('counts what tasks ask of S3: an hour of polls, and segments', () => {
    const { items } = costOf(shape);
    const quantityOf = (what: string) => items.find((item) => item.what === what)?.quantity ?? 0;
    const polls = (100 * 3_690) / 2;
    expect(quantityOf('S3: reads')).toBeGreaterThan(polls + 36_000);
    expect(quantityOf('S3: reads')).toBeLessThan(1.1 * (polls + 36_000));
    expect(quantityOf('S3: writes and lists')).toBeGreaterThan(36_000);
    expect(quantityOf('S3: writes and lists')).toBeLessThan(1.1 * 36_000);
    // A tick each 5 to 30 seconds.
    expect(quantityOf('Step Functions')).toBeGreaterThan((3 * 3_600) / 30);
    expect(quantityOf('Step Functions')).toBeLessThan((3 * 3_600) / 5);
  });

  it('has nothing of live data without live data', () => {
    expect(usdOf({}, 'Live')).toBeGreaterThan(0.1);
    expect(usdOf({ liveIntervalSeconds: null }, 'Live')).toBe(0);
    // IoT Core takes each message in, and hands it to each viewer.
    const messages = (viewers: number) => usdOf({ viewers }, 'Live data: messages');
    expect(messages(3)).toBeCloseTo(2 * messages(1), 9);
    expect(messages(0)).toBeCloseTo(messages(1) / 2, 9);
  });

  it('has what was sent to targets, once that is known', () => {
    expect(usdOf({ bytesSent: 36e9 }, 'Data to targets')).toBeCloseTo(3.24, 9);
    expect(usdOf({}, 'Data to targets')).toBe(0);
    const says = (bytesSent: number | null) =>
      costOf({ ...shape, bytesSent })
        .remarks.join()
        .includes('targets');
    expect([says(null), says(36e9)]).toEqual([true, false]);
  });

  it('puts tasks of one kind together, over all regions', () => {
    const regions = [
      { ...offer, tasks: 50 },
      { ...offer, region: 'eu-west-1', tasks: 50 },
    ];
    const { items, remarks } = costOf({ ...shape, regions });
    expect(items.filter(({ what }) => what.startsWith('Fargate'))).toHaveLength(2);
    expect(usdOf({ regions }, 'Fargate')).toBeCloseTo(usdOf({}, 'Fargate'), 9);
    expect(remarks[0]).toBe('List prices of us-east-1, 2026-06; eu-west-1 may be up to 30 % dearer.');
    expect(costOf(shape).remarks[0]).toBe('List prices of us-east-1, 2026-06.');
  });

  it('is the sum of its items, and grows with tasks and time', () => {
    const shapes = fc.record({
      regions: fc.array(
        fc.record({
          region: fc.constantFrom('us-east-1', 'eu-west-1', 'ap-northeast-1'),
          tasks: fc.integer({ min: 1, max: 5_000 }),
          size: fc.constant(offer.size),
          architecture: fc.constantFrom('arm' as const, 'x86' as const),
          spot: fc.boolean(),
          publicIp: fc.boolean(),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      loadSeconds: fc.integer({ min: 1, max: 100_000 }),
      segmentSeconds: fc.integer({ min: 1, max: 30 }),
      controlPollMs: fc.integer({ min: 200, max: 5_000 }),
      liveIntervalSeconds: fc.option(fc.integer({ min: 1, max: 60 })),
      viewers: fc.integer({ min: 0, max: 20 }),
      bytesSent: fc.option(fc.integer({ min: 0, max: 1e12 })),
    });
    fc.assert(
      fc.property(shapes, (made) => {
        const cost = runCostSchema.parse(costOf(made));
        expect(cost.items.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(cost.usd, 6);
        for (const { quantity, usd } of cost.items) expect(quantity > 0 && usd > 0).toBe(true);
        const longer = costOf({ ...made, loadSeconds: made.loadSeconds * 2 });
        expect(longer.usd).toBeGreaterThan(cost.usd);
        const more = costOf({
          ...made,
          regions: made.regions.map((region) => ({ ...region, tasks: region.tasks * 2 })),
        });
        expect(more.usd).toBeGreaterThan(cost.usd);
      }),
      { numRuns: 50 },
    );
  });

  it('bills a short run for a minute of each task at least', () => {
    const prices = { ...listPrices, fargate: { ...listPrices.fargate, secondsMin: 600 } };
    const { items } = costOf({ ...shape, loadSeconds: 1 }, prices);
    expect(items[0]).toMatchObject({ unit: 'vCPU-hours', quantity: expect.closeTo((100 * 2 * 600) / 3_600, 9) });
  });
});

describe('what tasks are', () => {
  const wanted = { regions: [{ name: 'us-east-1', tasks: 3 }] };

  it('is what the scenario says, and what the region offers', () => {
    expect(tasksOf(wanted, [offer])).toEqual([{ ...offer, tasks: 3 }]);
    const size = { vcpu: 4, memoryMb: 8192 };
    expect(tasksOf({ ...wanted, taskSize: size, spot: true }, [offer])).toEqual([
      { ...offer, size, spot: true, tasks: 3 },
    ]);
  });

  it('is not known where a region offers nothing', () => {
    expect(tasksOf({ regions: [...wanted.regions, { name: 'mars-1', tasks: 1 }] }, [offer])).toBeNull();
    expect(tasksOf(wanted, [])).toBeNull();
  });
});
