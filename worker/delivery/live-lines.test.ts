import { describe, expect, it } from 'vitest';
import { parseWindowLine } from '../../core/run-folder/window-line.ts';
import { Statistics } from '../../core/statistics/statistics.ts';
import { recordSecond } from '../testing/scripted-engine.ts';
import { LiveLines } from './live-lines.ts';

const id = { region: 'local', task: 1 };

function printed(intervalSeconds: number, seconds: number) {
  const lines: string[] = [];
  const live = new LiveLines({ id, run: null, intervalSeconds, printLine: (line) => lines.push(line) });
  const statistics = new Statistics();
  const task = new Statistics();
  for (let second = 0; second < seconds; second++) {
    statistics.clear();
    recordSecond(statistics, 10 + second, second);
    // More requests of a label under way than users would be wrong, and must not show as users.
    statistics.concurrencyMax = 1_000;
    task.concurrencyMax = 9 - second;
    live.addWindow({ second, labels: new Map([['home', statistics]]), task });
  }
  live.flush();
  live.flush();
  return lines.map((line) => parseWindowLine(line));
}

describe('LiveLines', () => {
  it('prints every second', () => {
    const lines = printed(1, 3);
    expect(lines.map((line) => [line?.seq, line?.second, line?.seconds, line?.total.requests])).toEqual([
      [0, 0, 1, 10],
      [1, 1, 1, 11],
      [2, 2, 1, 12],
    ]);
    expect(lines[0]).toMatchObject({ ...id, labels: [{ label: 'home', requests: 10, failures: 1, sumUs: 55_000 }] });
  });

  it('merges the seconds of a longer interval, the last one as long as it was', () => {
    const lines = printed(3, 7);
    expect(lines.map((line) => [line?.seq, line?.second, line?.seconds, line?.total.requests])).toEqual([
      [0, 0, 3, 33],
      [1, 3, 3, 42],
      [2, 6, 1, 16],
    ]);
    expect(lines.map((line) => line?.total.concurrencyMax)).toEqual([9, 6, 3]);
    expect(lines[0]?.labels).toEqual([{ label: 'home', requests: 33, failures: 3, sumUs: (55 + 66 + 78) * 1_000 }]);
    expect(lines[1]?.total.serviceTime).toMatchObject({ count: 42, maxUs: 15_000 });
  });

  it('prints nothing without any second', () => {
    expect(printed(1, 0)).toEqual([]);
  });
});
