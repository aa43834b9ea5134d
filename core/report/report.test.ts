import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Criterion } from '../criteria/criterion.ts';
import { OTHER_LABEL } from '../limits.ts';
import { sample, statisticsOf } from '../statistics/fixtures/samples.ts';
import { Statistics } from '../statistics/statistics.ts';
import { buildReport } from './build-report.ts';
import {
  broken,
  criterion,
  goodRun,
  healthy,
  held,
  openModel,
  planOf,
  statistics,
  taskOf,
} from './fixtures/good-run.ts';
import { reportSchema } from './report.ts';

describe('buildReport', () => {
  it('makes what the schema accepts, for any statistics', () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 10 }), (samples) => {
        const total = statisticsOf(samples, 1_234_567);
        const report = buildReport(
          goodRun({
            total,
            regions: new Map([['west', total]]),
            labels: new Map([['a', total]]),
            requestsOfTask: new Map([['west/0', samples.length]]),
            criteria: [held, broken],
          }),
        );
        expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
      }),
      { numRuns: 30 },
    );
  });

  it('says what ran, and nothing more when all went well', () => {
    const report = buildReport(goodRun());
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      schema: 'loadstar.report.v1',
      runId: 'run-1',
      scenario: 'Quick start',
      status: 'complete',
      verdict: 'none',
      remarks: [],
      partial: false,
      tasksPlanned: 3,
      tasksDelivered: 3,
      tasksLost: 0,
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-01T00:00:21.000Z',
      durationSeconds: 20,
    });
    expect(report.generators.map(({ region, task, state, healthy }) => [region, task, state, healthy])).toEqual([
      ['west', 0, 'delivered', true],
      ['west', 1, 'delivered', true],
      ['east', 0, 'delivered', true],
    ]);
  });

  it('takes rates of regions over their own time, and of labels over the whole', () => {
    const { total, regions, labels } = buildReport(goodRun());
    expect(total.requestsPerSecond).toBe(1.5);
    expect(regions.west?.requestsPerSecond).toBe(2);
    expect(regions.east?.requestsPerSecond).toBe(0.5);
    expect(Object.keys(regions)).toEqual(['west', 'east']);
    expect(labels.map(({ label, requestsPerSecond }) => [label, requestsPerSecond])).toEqual([
      ['home', 0.9],
      ['search', 0.6],
    ]);
  });

  it('does not depend on the order of tasks, regions and labels', () => {
    const run = goodRun();
    const turned = {
      ...run,
      tasks: run.tasks.toReversed(),
      regions: new Map([...run.regions].toReversed()),
      labels: new Map([...run.labels].toReversed()),
    };
    expect(JSON.stringify(buildReport(turned))).toBe(JSON.stringify(buildReport(run)));
  });
});

describe('the verdict', () => {
  const late = taskOf('west', 0, { health: { ...healthy, startLatenessMs: { p50: 1, p99: 10.1, max: 50 } } });
  const saturated = taskOf('west', 0, { health: { ...healthy, cpuSaturatedSecondsMax: 10 } });
  const others = [taskOf('west', 1), taskOf('east', 0)];

  it('is that of the criteria', () => {
    expect(buildReport(goodRun({ criteria: [held] })).verdict).toBe('passed');
    expect(buildReport(goodRun({ criteria: [held, broken] })).verdict).toBe('failed');
    const lenient = { ...broken, criterion: { ...criterion, fail: false } };
    expect(buildReport(goodRun({ criteria: [lenient] })).verdict).toBe('passed');
  });

  it('is failed when a task says that a criterion of its script was not met, unless the numbers are invalid', () => {
    const crossed = { failedCriterion: 'k6: a threshold of the script was crossed' };
    const report = buildReport(goodRun({ tasks: [taskOf('west', 0, crossed), ...others], criteria: [held] }));
    expect(report.verdict).toBe('failed');
    expect(report.remarks).toEqual([
      "Failed: the script's own criteria were not met. west/0: k6: a threshold of the script was crossed.",
    ]);
    const busy = { ...late, done: late.done && { ...late.done, ...crossed } };
    expect(buildReport(goodRun({ tasks: [busy, ...others] })).verdict).toBe('invalid');
  });

  it('is none when nothing was measured, unless that broke a criterion', () => {
    const nothing = {
      total: new Statistics(),
      regions: new Map(),
      labels: new Map(),
      requestsOfTask: new Map(),
      tasks: [],
    };
    const cancelled = { ...nothing, status: 'cancelled', reason: 'cancelled before it began' } as const;
    expect(buildReport(goodRun({ ...cancelled, criteria: [held] }))).toMatchObject({
      verdict: 'none',
      partial: true,
      remarks: ['cancelled before it began'],
      durationSeconds: 0,
      tasksDelivered: 0,
      tasksLost: 0,
    });
    expect(buildReport(goodRun({ ...cancelled, criteria: [broken] })).verdict).toBe('failed');
  });

  it('is invalid when a generator was late by its own doing', () => {
    const report = buildReport(goodRun({ tasks: [late, ...others], criteria: [held, broken] }));
    expect(report.verdict).toBe('invalid');
    expect(report.remarks[0]).toMatch(/^Invalid: 1 generator was too busy.*west\/0: .*p99 10\.1 ms, above 10 ms/);
    expect(report.generators.map((generator) => generator.healthy)).toEqual([false, true, true]);
    expect(report.generators[0]?.remarks[0]).toMatch(/p99 10\.1 ms/);
  });

  it('is invalid when a CPU was saturated for 10 s, but in a closed model without think time only a remark', () => {
    for (const plan of [planOf({ load: openModel }), planOf({ thinkTimeSeconds: 1 })]) {
      const report = buildReport(goodRun({ plan, tasks: [saturated, ...others] }));
      expect([report.verdict, report.generators[0]?.healthy]).toEqual(['invalid', false]);
      expect(report.remarks[0]).toMatch(/CPU was above 95 % for 10 s/);
    }
    const report = buildReport(goodRun({ tasks: [saturated, ...others], criteria: [held] }));
    expect([report.verdict, report.generators[0]?.healthy, report.remarks]).toEqual(['passed', true, []]);
    expect(report.generators[0]?.remarks[0]).toMatch(/CPU was above 95 % for 10 s/);
    const shorter = taskOf('west', 0, { health: { ...healthy, cpuSaturatedSecondsMax: 9 } });
    expect(buildReport(goodRun({ plan: planOf({ load: openModel }), tasks: [shorter, ...others] })).verdict).toBe(
      'none',
    );
  });

  it('is invalid when a task counted other requests than its series holds', () => {
    const report = buildReport(goodRun({ tasks: [taskOf('west', 0, { requests: 11 }), ...others] }));
    expect(report.verdict).toBe('invalid');
    expect(report.remarks).toEqual([expect.stringMatching(/west\/0 counted 11, its series holds 10/)]);
    const missing = buildReport(
      goodRun({
        requestsOfTask: new Map([
          ['west/0', 10],
          ['west/1', 10],
        ]),
      }),
    );
    expect(missing.verdict).toBe('invalid');
    expect(missing.remarks[0]).toMatch(/east\/0 counted 10, its series holds 0/);
  });

  it('is invalid when the parts do not add up to the total', () => {
    for (const [changes, part] of [
      [{ regions: new Map([['west', statistics(20, 10)]]) }, 'regions'],
      [{ labels: new Map([['home', statistics(31, 10)]]) }, 'labels'],
    ] as const) {
      const report = buildReport(goodRun(changes));
      expect(report.verdict).toBe('invalid');
      expect(report.remarks).toEqual([expect.stringContaining(`the ${part} have`)]);
    }
  });
});

describe('what is missing', () => {
  it('is said when tasks were lost, without making the rest invalid', () => {
    const lost = { region: 'east', task: 0, done: null, lostReason: 'its process ended: SIGKILL' };
    const report = buildReport(goodRun({ tasks: [taskOf('west', 0), taskOf('west', 1), lost], criteria: [held] }));
    expect(report).toMatchObject({ verdict: 'passed', partial: true, tasksDelivered: 2, tasksLost: 1 });
    expect(report.remarks).toEqual([
      expect.stringMatching(/^1 of 3 tasks was lost; the 10 requests .* east\/0: its process ended: SIGKILL\.$/),
    ]);
    expect(report.generators[2]).toMatchObject({
      state: 'lost',
      healthy: false,
      remarks: ['lost: its process ended: SIGKILL'],
      cpuPercentMax: 0,
    });
    expect(reportSchema.safeParse(report).success).toBe(true);
  });

  it('says once why a task failed and was lost', () => {
    const task = { ...taskOf('west', 0, { exit: 'failed', error: 'disk full' }), lostReason: 'disk full' };
    const [row] = buildReport(goodRun({ tasks: [task, taskOf('east', 0)] })).generators;
    expect(row?.remarks).toEqual(['lost: disk full']);
  });

  it('does not speak of requests when lost tasks had delivered none', () => {
    const tasks = [0, 1].map((task) => ({ region: 'west', task, done: null, lostReason: 'It was never started.' }));
    const nothing = { total: new Statistics(), regions: new Map(), labels: new Map(), requestsOfTask: new Map() };
    expect(buildReport(goodRun({ ...nothing, tasks, status: 'cancelled' })).remarks).toEqual([
      '2 of 2 tasks were lost; nothing of theirs is in the numbers. ' +
        'west/0: It was never started; west/1: It was never started.',
    ]);
  });

  it('counts a task without done.json as lost, and one that was lost after it had said how it ended', () => {
    const silent = { region: 'west', task: 0, done: null, lostReason: null };
    const late = { ...taskOf('west', 1, { exit: 'failed', error: 'disk full' }), lostReason: 'it failed: disk full' };
    const report = buildReport(goodRun({ tasks: [silent, late, taskOf('east', 0)] }));
    expect([report.tasksDelivered, report.tasksLost]).toEqual([1, 2]);
    expect(report.generators.map(({ state }) => state)).toEqual(['lost', 'lost', 'delivered']);
    expect(report.generators[1]).toMatchObject({ healthy: true, cpuPercentMax: 50 });
  });

  it('is said when tasks were stopped, or lost touch', () => {
    for (const [exit, words] of [
      ['stopped', /were stopped before .*west\/0/],
      ['lease-expired', /lost touch with the control plane before .*west\/0/],
    ] as const) {
      const tasks = [taskOf('west', 0, { exit }), taskOf('west', 1), taskOf('east', 0)];
      const report = buildReport(goodRun({ tasks }));
      expect(report.partial).toBe(true);
      expect(report.remarks).toEqual([expect.stringMatching(words)]);
      expect(report.generators[0]?.remarks.length).toBe(1);
    }
  });

  it('is partial when it was cancelled or has failed, or a task was never started', () => {
    expect(buildReport(goodRun({ status: 'cancelled' })).partial).toBe(true);
    expect(buildReport(goodRun({ status: 'failed' })).partial).toBe(true);
    const tasks = [taskOf('west', 0), taskOf('west', 1)];
    expect(buildReport(goodRun({ tasks })).partial).toBe(true);
  });

  it('names a few tasks of many, and the labels above the limit', () => {
    const tasks = Array.from({ length: 7 }, (_, task) => ({ region: 'west', task, done: null, lostReason: 'gone' }));
    const labels = new Map([
      ['home', statistics(18, 20)],
      [OTHER_LABEL, statistics(12, 20)],
    ]);
    const { remarks } = buildReport(goodRun({ tasks, labels, remarks: ['and one from outside'] }));
    expect(remarks[0]).toMatch(/west\/0: gone; west\/1: gone; west\/2: gone; and 4 more\.$/);
    expect(remarks[1]).toMatch(/12 requests are counted under \(other\)/);
    expect(remarks[2]).toBe('and one from outside');
  });
});

describe('criteria in the report', () => {
  it('have the unit of their subject', () => {
    const unitOf = (changes: Partial<Criterion>) =>
      buildReport(goodRun({ criteria: [{ ...held, criterion: { ...criterion, ...changes } }] })).criteria[0]?.unit;
    for (const subject of ['avg-rt', 'avg-lt', 'avg-ct', 'stdev-rt', 'p50', 'p99.9']) {
      expect(unitOf({ subject })).toBe('seconds');
    }
    for (const subject of ['hits', 'succ', 'fail', 'concurr', 'rc5??']) expect(unitOf({ subject })).toBe('count');
    expect(unitOf({ subject: 'bytes' })).toBe('bytes');
    expect(unitOf({ subject: 'fail', percentage: true })).toBe('percent');
  });

  it('say when they triggered and whether that fails the run', () => {
    const { criteria } = buildReport(goodRun({ criteria: [held, broken] }));
    expect(criteria).toEqual([
      {
        message: 'p95>500ms',
        subject: 'p95',
        label: '',
        triggered: false,
        triggeredAtSecond: null,
        value: 0.2,
        threshold: 0.5,
        unit: 'seconds',
        passed: true,
      },
      {
        message: 'p95>500ms',
        subject: 'p95',
        label: '',
        triggered: true,
        triggeredAtSecond: 7,
        value: 0.7,
        threshold: 0.5,
        unit: 'seconds',
        passed: false,
      },
    ]);
  });
});
