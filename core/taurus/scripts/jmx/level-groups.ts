/** Thread groups that go up to a level and stay there: JMeter's own, and those for concurrency and arrivals. */

import { counted, lasting } from '../words.ts';
import type { Change, GroupKind, GroupLoad } from './group-kind.ts';
import type { JmxValues } from './jmx-values.ts';
import { type JmxElement, propertyOf, writtenIn } from './parse-jmx.ts';
import { rowCurve } from './user-rows.ts';

function setNumber(group: JmxElement, name: string, amount: number): Change[] | null {
  const at = propertyOf(group, name);
  return at === undefined ? null : [{ at, text: String(amount) }];
}

/** JMeter's own, also for set-up and tear-down. */
export const plain: GroupKind = {
  hasThreads: true,
  load(group, values) {
    const number = (name: string) => values.number(writtenIn(group, `ThreadGroup.${name}`));
    const users = number('num_threads');
    const rampUp = number('ramp_time') ?? 0;
    const isScheduled = values.flag(writtenIn(group, 'ThreadGroup.scheduler'));
    const loop = propertyOf(group, 'ThreadGroup.main_controller');
    const loops = loop === undefined ? -1 : values.number(writtenIn(loop, 'LoopController.loops'));
    const duration = isScheduled ? number('duration') : null;
    const delay = isScheduled ? (number('delay') ?? 0) : 0;
    const row = { users: users ?? 0, delay, startup: Math.min(rampUp, duration ?? rampUp), shutdown: 0 };
    const hold = duration === null ? null : Math.max(0, duration - row.startup);
    const words = [
      counted(users, 'user'),
      ...lasting('ramp-up', rampUp),
      ...lasting('after', delay),
      ...lasting('for', duration),
      ...(loops === null ? ['unknown iterations'] : loops < 0 ? [] : [`${counted(loops, 'iteration')} each`]),
      ...(duration === null && loops !== null && loops < 0 ? ['without end'] : []),
    ];
    return {
      kind: 'users',
      amount: users,
      curve: users === null || hold === null ? null : rowCurve({ ...row, hold }),
      seconds: duration === null ? null : delay + duration,
      words: words.join(', '),
    };
  },
  share: (group, _, { amount }) => setNumber(group, 'ThreadGroup.num_threads', amount),
};

export const concurrency: GroupKind = {
  hasThreads: true,
  load: (group, values) => levelLoad(group, values, 'users'),
  share: (group, _, { amount }) => setNumber(group, 'TargetLevel', amount),
};

export const arrivals: GroupKind = {
  hasThreads: false,
  load: (group, values) => levelLoad(group, values, 'arrivals'),
  share(group, values, { amount, of }) {
    const changes = setNumber(group, 'TargetLevel', amount);
    const users = values.number(writtenIn(group, 'ConcurrencyLimit'));
    if (changes === null || users === null || users === 0) return changes;
    return [...changes, ...(setNumber(group, 'ConcurrencyLimit', Math.max(1, of(users, 0))) ?? [])];
  },
};

/** `TargetLevel` that is climbed in `RampUp` and held for `Hold`. */
function levelLoad(group: JmxElement, values: JmxValues, kind: 'users' | 'arrivals'): GroupLoad {
  const unit = values.text(writtenIn(group, 'Unit')) === 'S' ? 1 : 60;
  const amount = values.number(writtenIn(group, 'TargetLevel'));
  const times = ['RampUp', 'Hold'].map((name) => {
    const text = values.text(writtenIn(group, name));
    return text === '' ? 0 : values.number(text);
  });
  const [rampUp = null, hold = null] = times.map((time) => (time === null ? null : time * unit));
  const steps = values.number(writtenIn(group, 'Steps')) ?? 0;
  const level = amount === null ? null : kind === 'users' ? amount : amount / unit;
  const isKnown = level !== null && rampUp !== null && hold !== null;
  const stairs = Array.from({ length: Math.min(steps, 1_000) }, (_, k) => {
    const height = ((level ?? 0) * (k + 1)) / steps;
    return { seconds: (rampUp ?? 0) / steps, from: height, to: height };
  });
  const climb = steps > 0 ? stairs : [{ seconds: rampUp ?? 0, from: 0, to: level ?? 0 }];
  const flat = { seconds: hold ?? 0, from: level ?? 0, to: level ?? 0 };
  const what =
    kind === 'users' ? counted(amount, 'user') : `${amount ?? 'unknown'} iterations ${unit === 1 ? '/s' : '/min'}`;
  return {
    kind,
    amount,
    curve: isKnown ? [...climb, flat].filter(({ seconds }) => seconds > 0) : null,
    seconds: rampUp === null || hold === null ? null : rampUp + hold,
    words: [
      what,
      ...lasting('ramp-up', rampUp),
      ...(steps > 0 ? [counted(steps, 'step')] : []),
      ...lasting('hold', hold),
    ].join(', '),
  };
}
