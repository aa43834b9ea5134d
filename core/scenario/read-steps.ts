/** `requests`: requests and the blocks around them, as deep as they are nested. */
import { firstOf, notSupported, readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import type { Path } from '../input/problems.ts';
import { describe, isMapping, type TaurusMapping, type TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import type { FlowScope, Place } from './flow-scope.ts';
import { readRequest } from './read-request.ts';
import { readSentText } from './read-sent-text.ts';
import type { ActionStep, Step } from './scenario.ts';
import { blockKeywords, refusedBlocks } from './step-keywords.ts';

type Block = keyof typeof blockKeywords;
type ReadBlock = (value: TaurusMapping, scope: FlowScope, place: Place) => Step[] | null;

/** Steps that could be read; all that is wrong is in the walk's problems. `place.path` is that of the list. */
export function readSteps(values: readonly TaurusValue[], scope: FlowScope, place: Place): Step[] {
  const { walk } = scope;
  if (place.depth > limits.blockDepthMax) {
    walk.problems.add(place.path, `blocks are nested more than ${limits.blockDepthMax} deep`);
    return [];
  }
  const steps: Step[] = [];
  for (const [index, value] of values.entries()) {
    walk.count++;
    if (walk.count > limits.requestsPerFlowMax) {
      // Once: whoever comes after finds the count even higher.
      if (walk.count === limits.requestsPerFlowMax + 1) {
        walk.problems.add(
          place.path,
          `there are more than ${limits.requestsPerFlowMax} requests and blocks, counting those of included scenarios`,
        );
      }
      return steps;
    }
    steps.push(...readStep(value, scope, { ...place, path: [...place.path, index] }));
  }
  return steps;
}

/** Several steps for an included scenario; none when it is wrong. */
function readStep(value: TaurusValue, scope: FlowScope, place: Place): Step[] {
  const { problems } = scope.walk;
  if (!isMapping(value) && typeof value !== 'string') {
    problems.add(place.path, `${describe(value)} is not a request: a url or a mapping is expected`);
    return [];
  }
  if (isMapping(value)) {
    const block = firstOf(value, Object.keys(blockKeywords)) as Block | null;
    if (block !== null) return readers[block](value, scope, place) ?? [];
    const refused = firstOf(value, Object.keys(refusedBlocks));
    if (refused !== null) {
      problems.add([...place.path, refused], notSupported(refusedBlocks[refused] ?? ''));
      return [];
    }
  }
  const step = readRequest(value, scope, place.path);
  return step === null ? [] : [step];
}

const readers: Readonly<Record<Block, ReadBlock>> = {
  if: (value, scope, place) => {
    const { problems } = scope.walk;
    const read = readMapping(value, blockKeywords.if, place.path, problems);
    const condition = readCondition(read?.if, value.if, 'if', scope, place.path);
    const then = readNested(read?.then, 'then', scope, place, { isAlwaysWalked: false });
    const otherwise =
      read?.else === undefined ? [] : readNested(read.else, 'else', scope, place, { isAlwaysWalked: false });
    return condition === null ? null : [{ kind: 'if', condition, then, else: otherwise }];
  },
  once: (value, scope, place) => {
    const read = readMapping(value, blockKeywords.once, place.path, scope.walk.problems);
    return [{ kind: 'once', steps: readNested(read?.once, 'once', scope, place, { isAlwaysWalked: false }) }];
  },
  loop: (value, scope, place) => {
    const { texts, problems } = scope.walk;
    const at = [...place.path, 'loop'];
    const read = readMapping(value, blockKeywords.loop, place.path, problems);
    const steps = readNested(read?.do, 'do', scope, place, { isAlwaysWalked: false });
    if (read?.loop === undefined) {
      if (value.loop === null) problems.add(at, 'is missing: a number, or forever');
      return null;
    }
    const times = read.loop.trim();
    if (/^(?:forever|-\d+)$/.test(times)) return [{ kind: 'loop', times: null, steps }];
    if (!/^\d+$/.test(times) && !times.includes('${')) {
      problems.add(at, `${describe(times)} is neither a number nor forever`);
      return null;
    }
    return texts.check(times, at) ? [{ kind: 'loop', times, steps }] : null;
  },
  while: (value, scope, place) => {
    const read = readMapping(value, blockKeywords.while, place.path, scope.walk.problems);
    const condition = readCondition(read?.while, value.while, 'while', scope, place.path);
    const steps = readNested(read?.do, 'do', scope, place, { isAlwaysWalked: false });
    return condition === null ? null : [{ kind: 'while', condition, steps }];
  },
  foreach: (value, scope, place) => {
    const { texts, problems } = scope.walk;
    const at = [...place.path, 'foreach'];
    const read = readMapping(value, blockKeywords.foreach, place.path, problems);
    const [, variable = '', collection = ''] = /^(.+) in (.+)$/.exec(read?.foreach ?? '') ?? [];
    if (variable === '' && (read?.foreach !== undefined || value.foreach === null)) {
      problems.add(at, `${describe(read?.foreach)} does not read as <element> in <collection>`);
    }
    texts.willSet(variable);
    const isRight = [variable, collection].map((name) => texts.check(name, at));
    const steps = readNested(read?.do, 'do', scope, place, { isAlwaysWalked: false });
    return variable === '' || isRight.includes(false) ? null : [{ kind: 'foreach', variable, collection, steps }];
  },
  transaction: (value, scope, place) => {
    const { texts, problems } = scope.walk;
    const read = readMapping(value, blockKeywords.transaction, place.path, problems);
    const at = [...place.path, 'transaction'];
    const steps = readNested(read?.do, 'do', scope, place, {});
    if (read?.transaction === undefined) {
      if (value.transaction === null) problems.add(at, 'is missing: the name under which it is counted');
      return null;
    }
    if (read.transaction.length > limits.labelLengthMax) {
      problems.add(at, `is longer than ${limits.labelLengthMax} characters`);
      return null;
    }
    if (!texts.check(read.transaction, at)) return null;
    const isParent = read['force-parent-sample'] ?? scope.forceParentSample;
    const includesThinkTime = read['include-timers'] ?? false;
    return [{ kind: 'transaction', label: read.transaction, isParent, includesThinkTime, steps }];
  },
  'include-scenario': (value, scope, place) => {
    const { walk } = scope;
    const at = [...place.path, 'include-scenario'];
    const read = readMapping(value, blockKeywords['include-scenario'], place.path, walk.problems);
    const name = read?.['include-scenario'];
    if (name === undefined) {
      if (value['include-scenario'] === null) walk.problems.add(at, 'is missing: the name of a scenario');
      return null;
    }
    return readIncluded(name, scope, { ...place, path: at });
  },
  action: (value, scope, place) => {
    const step = readAction(value, scope, place.path);
    return step === null ? null : [step];
  },
  'set-variables': (value, scope, place) => {
    const { texts, problems } = scope.walk;
    const read = readMapping(value, blockKeywords['set-variables'], place.path, problems);
    const variables: [string, string][] = [];
    // In the order in which Taurus sets them.
    for (const [name, raw] of Object.entries(read?.['set-variables'] ?? {}).sort(byName)) {
      const at = [...place.path, 'set-variables', name];
      const text = readSentText(raw, at, problems);
      texts.willSet(name);
      if (text !== null && texts.check(name, at) && texts.check(text, at)) variables.push([name, text]);
    }
    return [{ kind: 'set-variables', variables }];
  },
};

function byName([left]: [string, TaurusValue], [right]: [string, TaurusValue]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function readNested(
  values: readonly TaurusValue[] | undefined,
  keyword: string,
  scope: FlowScope,
  place: Place,
  changes: Partial<Place>,
): Step[] {
  const path = [...place.path, keyword];
  if (values === undefined) {
    scope.walk.problems.add(path, 'is missing: a list of requests');
    return [];
  }
  return readSteps(values, scope, { ...place, path, depth: place.depth + 1, ...changes });
}

function readCondition(
  read: string | undefined,
  written: TaurusValue | undefined,
  keyword: string,
  scope: FlowScope,
  path: Path,
): string | null {
  const at = [...path, keyword];
  if (read === undefined) {
    if (written === null) scope.walk.problems.add(at, 'is missing: a condition');
    return null;
  }
  const { texts } = scope.walk;
  const isRight = keyword === 'while' ? texts.checkLoopCondition(read, at) : texts.checkCondition(read, at);
  return isRight ? read : null;
}

function readIncluded(name: string, scope: FlowScope, place: Place): Step[] | null {
  const { problems, scenarios } = scope.walk;
  const value = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined;
  if (value === undefined) {
    problems.add(place.path, `there is no scenario ${describe(name)}${didYouMean(name, Object.keys(scenarios))}`);
    return null;
  }
  if (place.names.includes(name)) {
    problems.add(place.path, `includes itself: ${[...place.names, name].join(' includes ')}`);
    return null;
  }
  const names = [...place.names, name];
  const included = scope.walk.include(name, { ...place, names });
  if (included === null || !isMapping(value) || !Array.isArray(value.requests)) return null;
  const path = ['scenarios', name, 'requests'];
  const steps = readSteps(value.requests, included, { ...place, names, depth: place.depth + 1, path });
  // JMeter has the included ones in a controller of their own, which is no loop that begins anew.
  return steps?.map((step) => (step.kind === 'once' ? { ...step, staysDone: true } : step)) ?? null;
}

const actions = ['pause', 'stop', 'stop-now', 'continue'] as const;
const targets = ['current-thread', 'all-threads'] as const;

function readAction(value: TaurusMapping, scope: FlowScope, path: Path): ActionStep | null {
  const { problems } = scope.walk;
  const read = readMapping(value, blockKeywords.action, path, problems);
  const action = actions.find((known) => known === read?.action);
  if (action === undefined && (read?.action !== undefined || value.action === null)) {
    const near = didYouMean(read?.action ?? '', actions) || `: ${actions.join(', ')} are`;
    problems.add([...path, 'action'], `${describe(read?.action)} is not an action${near}`);
  }
  const target = targets.find((known) => known === (read?.target ?? 'current-thread'));
  if (target === undefined) {
    const near = didYouMean(read?.target ?? '', targets) || `: ${targets.join(', ')} are`;
    problems.add([...path, 'target'], `${describe(read?.target)} is not a target${near}`);
  }
  if (action === 'continue' && target === 'all-threads') {
    problems.add([...path, 'target'], 'continue is for current-thread only');
  }
  const pauseSeconds = read?.['pause-duration'] ?? 0;
  return action === undefined || target === undefined ? null : { kind: 'action', action, target, pauseSeconds };
}
