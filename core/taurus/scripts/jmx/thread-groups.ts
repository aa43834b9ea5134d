/** The kinds of thread groups that JMeter and its usual plugins have. */
import type { GroupKind } from './group-kind.ts';
import { arrivals, concurrency, plain } from './level-groups.ts';
import { freeForm, openModel } from './rate-groups.ts';
import { stepping, ultimate } from './row-groups.ts';

/** By the name of the element. */
export const groupKinds: Readonly<Record<string, GroupKind>> = {
  ThreadGroup: plain,
  'kg.apc.jmeter.threads.SteppingThreadGroup': stepping,
  'kg.apc.jmeter.threads.UltimateThreadGroup': ultimate,
  'com.blazemeter.jmeter.threads.concurrency.ConcurrencyThreadGroup': concurrency,
  'com.blazemeter.jmeter.threads.arrivals.ArrivalsThreadGroup': arrivals,
  'com.blazemeter.jmeter.threads.arrivals.FreeFormArrivalsThreadGroup': freeForm,
  OpenModelThreadGroup: openModel,
};

/** Groups of what every JMeter does before and after, for itself: each task runs all of them. */
export const ownGroups: Readonly<Record<string, { kind: GroupKind; what: string }>> = {
  SetupThreadGroup: { kind: plain, what: 'set-up group' },
  PostThreadGroup: { kind: plain, what: 'tear-down group' },
};
