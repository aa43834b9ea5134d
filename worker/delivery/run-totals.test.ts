import { describe, expect, it } from 'vitest';
import { limits, OTHER_LABEL } from '../../core/limits.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { recordSecond } from '../testing/scripted-engine.ts';
import { RunTotals } from './run-totals.ts';

function statisticsOf(requests: number, second = 0): Statistics {
  const statistics = new Statistics();
  recordSecond(statistics, requests, second);
  return statistics;
}

describe('RunTotals', () => {
  it('adds up seconds per label, and takes users from the task', () => {
    const totals = new RunTotals();
    const task = new Statistics();
    task.concurrencyMax = 9;
    task.droppedStarts = 3;
    task.plannedStarts = 3;
    totals.addWindow({ second: 0, labels: new Map([['a', statisticsOf(10)]]), task });
    totals.addWindow({
      second: 1,
      labels: new Map([
        ['a', statisticsOf(20, 1)],
        ['b', statisticsOf(5, 1)],
      ]),
      task: new Statistics(),
    });
    expect(totals.labels.get('a')).toMatchObject({ requests: 30, failures: 3, concurrencyMax: 2 });
    expect(totals.labels.get('a')?.serviceTime).toMatchObject({ count: 30, maxUs: 20_000 });
    const total = totals.total();
    expect(total).toMatchObject({ requests: 35, plannedStarts: 38, droppedStarts: 3, concurrencyMax: 9 });
    expect(total.lastEndedUs).toBe(1_900_000);
  });

  it('counts labels above the limit together, from the first one above it on', () => {
    const totals = new RunTotals();
    const many = Array.from({ length: limits.labelsMax }, (_, i) => [`label ${i}`, statisticsOf(1)] as const);
    totals.addWindow({ second: 0, labels: new Map(many), task: new Statistics() });
    expect(totals.labels.has(OTHER_LABEL)).toBe(false);
    totals.addWindow({ second: 1, labels: new Map([[OTHER_LABEL, statisticsOf(2)]]), task: new Statistics() });
    totals.addWindow({ second: 2, labels: new Map([['new', statisticsOf(3)]]), task: new Statistics() });
    expect(totals.labels.get(OTHER_LABEL)?.requests).toBe(5);
  });

  it('keeps a place for the label that takes the others', () => {
    const totals = new RunTotals();
    for (let second = 0; second < 3; second++) {
      const labels = new Map<string, Statistics>([[OTHER_LABEL, statisticsOf(1)]]);
      for (let i = 0; i < 200; i++) labels.set(`${second}/${i}`, statisticsOf(1));
      totals.addWindow({ second, labels, task: new Statistics() });
    }
    expect(totals.labels.size).toBe(limits.labelsMax + 1);
    expect(totals.labels.get(OTHER_LABEL)?.requests).toBe(103);
    expect(totals.total().requests).toBe(603);
  });
});
