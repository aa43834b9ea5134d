/** What a JMeter script says of its load. */
import type { LoadCurve } from '../../plan/plan.ts';
import type { ScriptShape } from '../taurus-plan.ts';
import { type JmxPlan, readJmxPlan } from './jmx/jmx-plan.ts';
import { writtenIn } from './jmx/parse-jmx.ts';
import { type RatePart, timerChanges } from './jmx/timers.ts';
import { factsOf, type ScriptFacts, unknownShape } from './script-facts.ts';
import { isShareable } from './share-jmx.ts';
import { sumCurves } from './sum-curves.ts';

/** Properties of test elements that hold the path of a file that must be there. */
const FILE_PROPERTIES: Readonly<Record<string, string>> = {
  CSVDataSet: 'filename',
  'com.blazemeter.jmeter.RandomCSVDataSetConfig': 'filename',
  IncludeController: 'IncludeController.includepath',
};

const WHOLE: RatePart = { proportion: 1, deal: (count) => count };

/** Only the classes of plugins are saved with their packages. */
const PLUGIN = /^(?!org\.apache\.jmeter\.)[a-z][\w-]*\..*\.[A-Z][\w-]*$/;

export function inspectJmx(path: string, text: string, properties: Readonly<Record<string, string>>): ScriptFacts {
  const read = readJmxPlan(path, text, properties);
  if ('problem' in read) return factsOf({ problems: [read.problem] });
  const { plan } = read;
  if (plan.groups.length === 0) {
    return factsOf({ problems: [{ path, message: 'has no thread group that is enabled: nothing would run' }] });
  }
  return factsOf({
    shape: shapeOf(plan),
    dataFiles: dataFiles(plan),
    plugins: [...new Set(plan.elements.map(({ element }) => element.name).filter((name) => PLUGIN.test(name)))].sort(),
    indivisible: indivisible(plan),
    threads: threadsOf(plan),
  });
}

function shapeOf({ groups, own, isSerial }: JmxPlan): ScriptShape {
  const loads = groups.map(({ load }) => load);
  const isUsers = loads.every(({ kind }) => kind === 'users');
  const isRates = loads.every(({ kind }) => kind !== 'users');
  const amounts = loads.map(({ kind, amount }) => (kind === 'users' ? amount : null));
  const curves = loads.map(({ curve }) => curve);
  const seconds = loads.map((load) => load.seconds);
  const isDrawable = (isUsers || isRates) && own.length === 0 && curves.every((curve) => curve !== null);
  // What set-up and tear-down take is not known.
  const isTimed = own.length === 0 && seconds.every((each) => each !== null && each > 0);
  const lengths = seconds.map((each) => each ?? 0);
  return {
    ...unknownShape,
    unit: isUsers ? 'users' : isRates ? 'iterations/s' : 'users',
    curve: isDrawable ? together(curves as LoadCurve[], isSerial) : null,
    durationSeconds: !isTimed ? null : isSerial ? lengths.reduce((sum, each) => sum + each, 0) : Math.max(...lengths),
    usersMax: amounts.includes(null) ? null : amounts.reduce<number>((sum, each) => sum + (each ?? 0), 0),
    parts: [
      ...groups.map(({ name, load }) => `thread group ${name}: ${load.words}`),
      ...own.map(({ what, name, load }) => `${what} ${name}: ${load.words}, whole in every task`),
    ].slice(0, 100),
  };
}

function together(curves: LoadCurve[], isSerial: boolean): LoadCurve {
  return isSerial ? curves.flat() : sumCurves(curves);
}

function dataFiles({ elements, values }: JmxPlan): string[] {
  const files = elements.flatMap(({ element }) => {
    const property = Object.hasOwn(FILE_PROPERTIES, element.name) ? FILE_PROPERTIES[element.name] : undefined;
    const file = property === undefined ? null : values.text(writtenIn(element, property));
    return file === null || file === '' ? [] : [file];
  });
  return [...new Set(files)];
}

function indivisible({ groups, elements, values }: JmxPlan): ScriptFacts['indivisible'] {
  const ofGroups = groups
    .filter((group) => !isShareable(group, values))
    .map(({ name, kind }) => ({
      message: cannotShare(`its thread group ${JSON.stringify(name)}`),
      always: kind === null,
    }));
  const ofTimers = elements
    .filter(({ element }) => timerChanges(element, values, WHOLE) === null)
    .map(({ element }) => ({
      message: cannotShare(`its timer ${JSON.stringify(element.attributes.testname)}`),
      always: true,
    }));
  return [...ofGroups, ...ofTimers];
}

function cannotShare(what: string): string {
  return `several tasks cannot share ${what}: how much it runs is known only while it runs. Write numbers, or \${__P(name,default)}, or run one task`;
}

/** Groups without a number of threads count as one, as in Taurus. */
function threadsOf({ groups }: JmxPlan): number | null {
  const threads = groups.map(({ kind, load }) => (kind?.hasThreads === true ? load.amount : 1));
  return threads.includes(null) ? null : threads.reduce<number>((sum, each) => sum + (each ?? 0), 0);
}
