/** `execution` and `scenarios`: which flows are walked, by how many users, from when. */
import type { Criterion } from '../criteria/criterion.ts';
import { readCriteria } from '../criteria/parse-criterion.ts';
import { readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import type { Path, Problems } from '../input/problems.ts';
import { describe, isMapping, type TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import { taurusExecutors } from '../taurus/taurus-scenario.ts';
import { withPropertyValues } from './property-values.ts';
import { type FileDefaults, readProperties } from './read-flow.ts';
import { Flows } from './read-flows.ts';
import { readLoad } from './read-load.ts';
import { readStartAt } from './read-start.ts';
import type { Execution, Flow } from './scenario.ts';
import { executionKeywords } from './taurus-schema.ts';

/** Executors whose requests the native engine runs: Taurus' default, and our own name. */
const NATIVE_EXECUTORS = ['jmeter', 'native'];
const KNOWN_EXECUTORS = [...NATIVE_EXECUTORS, ...taurusExecutors];

export interface ExecutionsRead {
  executions: Execution[];
  flows: Record<string, Flow>;
  /** Of executions and scenarios. */
  criteria: Criterion[];
}

interface ExecutionsSource {
  execution: TaurusValue | undefined;
  defaults: FileDefaults;
  /** Null: a time of the day cannot stand for a date. */
  nowMs: number | null;
}

/** All that is wrong is in `problems`; what could be read is returned. Scenarios that no execution names are not looked at. */
export function readExecutions({ execution, defaults, nowMs }: ExecutionsSource, problems: Problems): ExecutionsRead {
  const nothing = { executions: [], flows: {}, criteria: [] };
  if (execution === undefined || (Array.isArray(execution) && execution.length === 0)) {
    problems.add(['execution'], 'is missing: it says how much load there is, and which scenario it walks');
    return nothing;
  }
  const written = Array.isArray(execution) ? execution : [execution];
  if (written.length > limits.executionsMax) {
    problems.add(['execution'], `${written.length} executions are more than ${limits.executionsMax}`);
    return nothing;
  }
  const flows = new Flows(defaults, problems);
  const pathOf = (index: number): Path => (Array.isArray(execution) ? ['execution', index] : ['execution']);
  const executions = written.map((item, index) => readExecution(item, pathOf(index), flows, nowMs, problems));
  flows.warnOfUnused();
  const read = executions.filter((item) => item !== null);
  checkTotals(read, problems);
  const criteria = written.flatMap((item, index) => criteriaOf(item, executions, index, pathOf(index), problems));
  return { executions: read, flows: flows.read, criteria: [...criteria, ...scenarioCriteria(flows, read, problems)] };
}

function readExecution(
  value: TaurusValue,
  path: Path,
  flows: Flows,
  nowMs: number | null,
  problems: Problems,
): Execution | null {
  const properties = isMapping(value) ? flows.propertiesFor(value.scenario) : {};
  const read = readMapping(withPropertyValues(value, properties), executionKeywords, path, problems);
  if (read === null) return null;
  if (read.executor !== undefined) checkExecutor(read.executor, [...path, 'executor'], problems);
  const load = readLoad(read, path, problems);
  const startAt =
    read['start-at'] === undefined ? null : readStartAt(read['start-at'], nowMs, [...path, 'start-at'], problems);
  const env = readProperties(read.env ?? {}, [...path, 'env'], problems);
  const flow = flows.flowFor(read.scenario, env, [...path, 'scenario']);
  if (load === null || flow === null) return null;
  return { engine: 'native', flow, load, delaySeconds: read.delay ?? 0, startAt };
}

/** Also for `settings.default-executor`. */
export function checkExecutor(executor: string, path: Path, problems: Problems): void {
  if (NATIVE_EXECUTORS.includes(executor)) return;
  problems.add(
    path,
    `${describe(executor)} cannot be run${didYouMean(executor, KNOWN_EXECUTORS)}; requests run on the native engine (leave it out, or write jmeter or native), scripts with jmeter, k6 and locust`,
  );
}

/** The samples of an execution are told by the labels of its flow. */
function criteriaOf(
  value: TaurusValue,
  executions: readonly (Execution | null)[],
  index: number,
  path: Path,
  problems: Problems,
): Criterion[] {
  if (!isMapping(value) || !Object.hasOwn(value, 'criteria') || value.criteria === null) return [];
  const at = [...path, 'criteria'];
  const flow = executions[index]?.flow ?? null;
  if (flow !== null && executions.some((other, position) => position !== index && other?.flow === flow)) {
    problems.add(
      at,
      'another execution walks the same scenario, so that their samples cannot be told apart: write the criteria below the scenario, or below reporting',
    );
    return [];
  }
  return readCriteria(value.criteria ?? null, at, problems, executions.length === 1 ? null : flow);
}

function scenarioCriteria(flows: Flows, executions: readonly Execution[], problems: Problems): Criterion[] {
  return flows.criteria.flatMap(({ flow, value, path }) => {
    const isAlone = executions.every((execution) => execution.flow === flow);
    return readCriteria(value, path, problems, isAlone ? null : flow);
  });
}

function checkTotals(executions: readonly Execution[], problems: Problems): void {
  const users = executions.reduce((sum, { load }) => sum + (load.concurrency ?? 0), 0);
  if (users > limits.usersMax) problems.add(['execution'], `${users} users in all are more than ${limits.usersMax}`);
  const rate = executions.reduce((sum, { load }) => sum + (load.model === 'open' ? load.startsPerSecond : 0), 0);
  if (rate > limits.requestsPerSecondMax) {
    problems.add(['execution'], `${rate} requests per second in all are more than ${limits.requestsPerSecondMax}`);
  }
}
