/** A JMeter script rewritten to one task's exact share of its load. */
import { LoadstarError } from '../../errors.ts';
import type { TaurusShare } from '../task-share.ts';
import { applied, disabled, type Edit, editOf, startTagEnd } from './jmx/edits.ts';
import { type Change, escaped, type GroupPart } from './jmx/group-kind.ts';
import { type JmxGroup, type JmxPlan, readJmxPlan } from './jmx/jmx-plan.ts';
import type { JmxValues } from './jmx/jmx-values.ts';
import { type JmxElement, propertyOf, writtenIn } from './jmx/parse-jmx.ts';
import { type RatePart, timerChanges } from './jmx/timers.ts';

/**
 * The script with the users of each thread group, and the rates of timers, brought to the task's share; all else stays as it is, byte by
 * byte. `properties`: what `__P` reads. With a load of the scenario, users are first dealt to the groups in the proportions of the
 * script, so that Taurus, which does the same, leaves the numbers as they are; its `throughput` is written as a timer of the script. A
 * group of which the task has nothing is disabled. Throws `scenario_invalid` for a script that cannot be read, or whose load is known only
 * while it runs though several tasks are to share it.
 */
export function shareJmx(text: string, share: TaurusShare, properties: Readonly<Record<string, string>>): string {
  const read = readJmxPlan('script', text, properties);
  if ('problem' in read) {
    throw new LoadstarError('scenario_invalid', `The script ${read.problem.message}`, { fields: [read.problem] });
  }
  const { plan } = read;
  // One task has all of it.
  if (share.tasks === 1 && share.load === null) return text;
  const edits: Edit[] = [];
  const rateParts = new Map<JmxGroup, RatePart>();
  let before = 0;
  for (const { group, amount } of amountsOf(plan, share)) {
    const begin = before;
    const own = amount === null ? null : share.usersOf(amount, begin);
    before += amount ?? 0;
    rateParts.set(group, ratePart(share, amount, begin));
    const of = (count: number, within: number) => share.usersOf(count, begin + within);
    const changes =
      own === 0
        ? null
        : groupChanges(group, plan.values, { amount: own ?? 0, of, proportion: share.proportion }, share);
    const isKnown = own !== null || group.load.kind === 'rates';
    if (own === 0) edits.push(disabled(text, group.element));
    else if (changes !== null && isKnown) edits.push(...changes.map((change) => editOf(text, change)));
    else if (share.tasks > 1) throw indivisible(group.name);
  }
  for (const { element, group } of plan.elements) {
    const part = (group === null ? undefined : rateParts.get(group)) ?? ratePart(share, share.usersTotal, 0);
    const changes = part.proportion === 0 ? [] : timerChanges(element, plan.values, part);
    if (changes === null && share.tasks > 1) throw indivisible(element.attributes.testname ?? element.name);
    edits.push(...(changes ?? []).map((change) => editOf(text, change)));
  }
  if (share.load !== null && share.load.throughput !== null) {
    edits.push(pace(text, plan.planTree, share.load.throughput));
  }
  return applied(text, edits);
}

/** Rates are a task's as the users are whom they are for: in turn, each as often as the others. */
function ratePart(share: TaurusShare, users: number | null, begin: number): RatePart {
  if (users === null || users === 0) {
    return { proportion: share.proportion, deal: (count) => share.usersOf(count, begin) };
  }
  const own = share.usersOf(users, begin);
  const deal = (count: number) => Math.floor(count / users) * own + share.usersOf(count % users, begin);
  return { proportion: own / users, deal };
}

function indivisible(name: string): LoadstarError {
  return new LoadstarError(
    'scenario_invalid',
    `Several tasks cannot share ${JSON.stringify(name)} of the script: how much it runs is known only while it runs.`,
  );
}

/** Whether parts of the group's load can be written. */
export function isShareable({ kind, element, load }: JmxGroup, values: JmxValues): boolean {
  if (kind === null || (load.amount === null && load.kind !== 'rates')) return false;
  const part: GroupPart = { amount: load.amount ?? 0, of: (count) => count, proportion: 1 };
  return kind.share(element, values, part) !== null;
}

/** `calcMode` of the Constant Throughput Timer. */
const ALL_THREADS_SHARED = 3;

/**
 * How much each group has over all tasks; null: known only while it runs. A load of the scenario gives each its part of the users, in the
 * proportions of the script, the largest remainders first; a group without a number of threads counts as one, as in Taurus.
 */
function amountsOf({ groups }: JmxPlan, share: TaurusShare): { group: JmxGroup; amount: number | null }[] {
  const { load, usersTotal } = share;
  if (load === null) return groups.map((group) => ({ group, amount: group.load.amount }));
  const written = groups.map(({ kind, load: own }) => (kind?.hasThreads === true ? own.amount : 1));
  if (load.concurrency === null || usersTotal === null)
    return groups.map((group, i) => ({ group, amount: written[i]! }));
  const weights = written.map((weight) => weight ?? 1);
  const total = Math.max(
    1,
    weights.reduce((sum, weight) => sum + weight, 0),
  );
  const exact = weights.map((weight) => (usersTotal * weight) / total);
  const amounts = exact.map(Math.floor);
  let left = usersTotal - amounts.reduce((sum, amount) => sum + amount, 0);
  const order = [...exact.keys()].sort((a, b) => (exact[b]! % 1) - (exact[a]! % 1) || a - b);
  for (const i of order) if (left-- > 0) amounts[i]!++;
  return groups.map((group, i) => ({ group, amount: amounts[i]! }));
}

function groupChanges(group: JmxGroup, values: JmxValues, part: GroupPart, share: TaurusShare): Change[] | null {
  const { kind, element } = group;
  if (kind === null) return null;
  if (share.load === null) return kind.share(element, values, part);
  // Taurus makes a group of the load of it, and looks for the number of threads alone.
  if (!kind.hasThreads) return [{ at: element, xml: plainGroup(element, part.amount) }];
  const at = propertyOf(element, 'ThreadGroup.num_threads') ?? propertyOf(element, 'TargetLevel');
  return at === undefined ? null : [{ at, text: String(part.amount) }];
}

function plainGroup(element: JmxElement, users: number): string {
  const name = escaped(element.attributes.testname ?? '');
  const onError = escaped(writtenIn(element, 'ThreadGroup.on_sample_error') ?? 'continue');
  return (
    `<ThreadGroup guiclass="ThreadGroupGui" testclass="ThreadGroup" testname="${name}" enabled="true">` +
    `<stringProp name="ThreadGroup.on_sample_error">${onError}</stringProp>` +
    '<elementProp name="ThreadGroup.main_controller" elementType="LoopController">' +
    '<boolProp name="LoopController.continue_forever">false</boolProp><intProp name="LoopController.loops">-1</intProp></elementProp>' +
    `<stringProp name="ThreadGroup.num_threads">${users}</stringProp><stringProp name="ThreadGroup.ramp_time">0</stringProp>` +
    '<boolProp name="ThreadGroup.scheduler">false</boolProp></ThreadGroup>'
  );
}

/** Taurus' own timer for `throughput` takes whole numbers only; this one spaces requests evenly, those of all users together. */
function pace(text: string, planTree: JmxElement, requestsPerSecond: number): Edit {
  const timer =
    '<ConstantThroughputTimer guiclass="TestBeanGUI" testclass="ConstantThroughputTimer" testname="throughput" enabled="true">' +
    `<intProp name="calcMode">${ALL_THREADS_SHARED}</intProp><doubleProp><name>throughput</name>` +
    `<value>${requestsPerSecond * 60}</value><savedValue>0.0</savedValue></doubleProp></ConstantThroughputTimer><hashTree/>`;
  const at = startTagEnd(text, planTree);
  return { start: at, end: at, text: timer };
}
