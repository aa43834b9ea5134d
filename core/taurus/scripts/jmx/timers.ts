/** Timers that hold a script to a rate, or that wait for a number of users. */
import type { Change } from './group-kind.ts';
import type { JmxValues } from './jmx-values.ts';
import { type JmxElement, propertyOf, writtenIn } from './parse-jmx.ts';
import { scaleRateRows } from './rate-groups.ts';

/** A task's part of rates. */
export interface RatePart {
  /** 0 to 1. */
  proportion: number;
  /** Of a whole number: over all tasks they are the number. */
  deal(count: number): number;
}

/** How a part of a timer's rate is written; null when the rate is known only while it runs. */
export function timerChanges(element: JmxElement, values: JmxValues, { proportion, deal }: RatePart): Change[] | null {
  switch (element.name) {
    case 'ConstantThroughputTimer':
      return isPerThread(writtenIn(element, 'calcMode')) ? [] : scaled(element, values, proportion);
    case 'PreciseThroughputTimer':
      return scaled(element, values, proportion);
    case 'kg.apc.jmeter.timers.VariableThroughputTimer':
      // It lets a fraction of a request through as a whole one: so whole rates stay whole.
      return scaleRateRows(propertyOf(element, 'load_profile'), values, (rate) =>
        Number.isInteger(rate) ? deal(rate) : rate * proportion,
      );
    case 'SyncTimer': {
      const count = values.number(writtenIn(element, 'groupSize'));
      const at = propertyOf(element, 'groupSize');
      // 0: all users of the group, which are then this task's.
      return count === null || count === 0 || at === undefined ? [] : [{ at, text: String(Math.max(1, deal(count))) }];
    }
    default:
      return [];
  }
}

/** Its first mode: each thread keeps to the rate by itself. */
function isPerThread(mode: string | null): boolean {
  return mode === null || ['0', 'calcMode.1', 'this thread only', ''].includes(mode.trim());
}

function scaled(element: JmxElement, values: JmxValues, proportion: number): Change[] | null {
  const rate = values.number(writtenIn(element, 'throughput'));
  const property = propertyOf(element, 'throughput');
  if (rate === null || property === undefined) return null;
  const at = property.children.find(({ name }) => name === 'value') ?? property;
  return [{ at, text: String(rate * proportion) }];
}
