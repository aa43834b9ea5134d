/** The enabled parts of a JMeter script: its thread groups with what stands below them, timers, files. */
import type { FieldProblem } from '../../../errors.ts';
import type { GroupKind, GroupLoad } from './group-kind.ts';
import { JmxValues } from './jmx-values.ts';
import { type JmxElement, parseJmx, writtenIn } from './parse-jmx.ts';
import { groupKinds, ownGroups } from './thread-groups.ts';

export interface JmxGroup {
  element: JmxElement;
  name: string;
  /** Null: a kind that is not known. */
  kind: GroupKind | null;
  load: GroupLoad;
}

export interface JmxPlan {
  values: JmxValues;
  /** In the order of the script. */
  groups: JmxGroup[];
  /** Set-up and tear-down, which each task runs whole. */
  own: { what: string; name: string; load: GroupLoad }[];
  /** All elements that are enabled, with the group that they are in; null: they are for all groups. */
  elements: { element: JmxElement; group: JmxGroup | null }[];
  /** Groups run one after the other. */
  isSerial: boolean;
  /** The tree below the test plan, into which more elements can be put. */
  planTree: JmxElement;
}

/** Throws nothing: what is wrong is returned. */
export function readJmxPlan(
  path: string,
  text: string,
  properties: Readonly<Record<string, string>>,
): { plan: JmxPlan } | { problem: FieldProblem } {
  const parsed = parseJmx(path, text);
  if ('problem' in parsed) return parsed;
  const top = parsed.root.children.find(({ name }) => name === 'hashTree');
  const [pair] = pairsIn(top);
  if (pair?.element.name !== 'TestPlan' || pair.tree === null) {
    return { problem: { path: `${path}:1`, message: 'is not a JMeter script: there is no test plan in it' } };
  }
  const { element: testPlan, tree } = pair;
  const values = new JmxValues(properties);
  values.define(testPlan);
  for (const { element } of pairsIn(tree)) if (element.name === 'Arguments') values.define(element);
  const plan: JmxPlan = {
    values,
    groups: [],
    own: [],
    elements: [],
    isSerial: values.flag(writtenIn(testPlan, 'TestPlan.serialize_threadgroups')),
    planTree: tree,
  };
  for (const below of pairsIn(tree)) addToPlan(plan, below);
  return { plan };
}

interface Pair {
  element: JmxElement;
  /** What stands below it. */
  tree: JmxElement | null;
}

/** Each element is followed by its tree. What is disabled is left out, with all below it. */
function pairsIn(tree: JmxElement | null | undefined): Pair[] {
  const children = tree?.children ?? [];
  return children.flatMap((element, i) => {
    if (element.name === 'hashTree' || element.attributes.enabled === 'false') return [];
    const next = children[i + 1];
    return [{ element, tree: next?.name === 'hashTree' ? next : null }];
  });
}

function addToPlan(plan: JmxPlan, { element, tree }: Pair): void {
  const { values } = plan;
  const name = element.attributes.testname ?? element.name;
  const own = Object.hasOwn(ownGroups, element.name) ? ownGroups[element.name] : undefined;
  const kind = Object.hasOwn(groupKinds, element.name) ? (groupKinds[element.name] ?? null) : null;
  let group: JmxGroup | null = null;
  if (own !== undefined) {
    plan.own.push({ what: own.what, name, load: own.kind.load(element, values) });
  } else if (kind !== null || /ThreadGroup$/.test(element.name)) {
    const load = kind?.load(element, values) ?? UNKNOWN_LOAD;
    group = { element, name, kind, load };
    plan.groups.push(group);
  }
  addElements(plan, { element, tree }, group);
}

const UNKNOWN_LOAD: GroupLoad = {
  kind: 'users',
  amount: null,
  curve: null,
  seconds: null,
  words: 'a kind of group that Loadstar does not know',
};

function addElements(plan: JmxPlan, { element, tree }: Pair, group: JmxGroup | null): void {
  plan.elements.push({ element, group });
  for (const below of pairsIn(tree)) addElements(plan, below, group);
}
