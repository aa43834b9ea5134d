/** What is known of a kind of thread groups: how much load one says, and how a part of it is written. */
import type { LoadCurve } from '../../../plan/plan.ts';
import type { JmxValues } from './jmx-values.ts';
import type { JmxElement } from './parse-jmx.ts';

/** What a thread group would run. */
export interface GroupLoad {
  /** users: threads. arrivals: iterations that begin, shared in whole numbers. rates: the same, shared in fractions. */
  kind: 'users' | 'arrivals' | 'rates';
  /** Users, or the `arrivals` of its unit of time; null: known only while it runs. */
  amount: number | null;
  /** Users, or iterations per second; null: not known before it runs. */
  curve: LoadCurve | null;
  /** Null: not known, or without an end of its own. */
  seconds: number | null;
  /** For people: `50 users, ramp-up 60 s, 10 iterations each`. */
  words: string;
}

export interface GroupKind {
  load(group: JmxElement, values: JmxValues): GroupLoad;
  /** Writes a part of the load; null when that cannot be written. */
  share(group: JmxElement, values: JmxValues, part: GroupPart): Change[] | null;
  /** Whether Taurus finds its number of threads when the scenario sets the load; else it counts as one. */
  hasThreads: boolean;
}

/** A task's part of a group. */
export interface GroupPart {
  /** Of the `amount` of the load. */
  amount: number;
  /** Of some of its users (or arrivals) that stand after `before` others of the group. */
  of(count: number, before: number): number;
  /** Part of rates, 0 to 1. */
  proportion: number;
}

/** A new text for a value, or in the place of a whole element. */
export type Change = { at: JmxElement; text: string } | { at: JmxElement; xml: string };

/** A text inside of XML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? '&quot;');
}
