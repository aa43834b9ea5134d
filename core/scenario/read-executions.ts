/** `execution` and `scenarios`: which flows are walked, by how many users. */
import { readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import type { Path, Problems } from '../input/problems.ts';
import { describe, isMapping, type TaurusMapping, type TaurusValue, valueAt } from '../input/value.ts';
import { limits } from '../limits.ts';
import { readFlow } from './read-flow.ts';
import { readLoad } from './read-load.ts';
import type { Execution, Flow } from './scenario.ts';
import { executionKeywords } from './taurus-schema.ts';

/** Executors whose requests the native engine runs: Taurus' default, and our own name. */
const NATIVE_EXECUTORS = ['jmeter', 'native'];

export interface ExecutionsRead {
  executions: Execution[];
  flows: Record<string, Flow>;
}

/** All that is wrong is in `problems`; what could be read is returned. Scenarios that no execution names are not looked at. */
export function readExecutions(
  execution: TaurusValue | undefined,
  scenarios: TaurusMapping,
  problems: Problems,
): ExecutionsRead {
  if (execution === undefined || (Array.isArray(execution) && execution.length === 0)) {
    problems.add(['execution'], 'is missing: it says how much load there is, and which scenario it walks');
    return { executions: [], flows: {} };
  }
  const written = Array.isArray(execution) ? execution : [execution];
  if (written.length > limits.executionsMax) {
    problems.add(['execution'], `${written.length} executions are more than ${limits.executionsMax}`);
    return { executions: [], flows: {} };
  }
  const flows = new Flows(scenarios, problems);
  const executions = written.map((item, index) =>
    readExecution(item, Array.isArray(execution) ? ['execution', index] : ['execution'], flows, problems),
  );
  flows.warnOfUnused();
  const read = executions.filter((item) => item !== null);
  checkTotals(read, problems);
  return { executions: read, flows: flows.read };
}

function readExecution(value: TaurusValue, path: Path, flows: Flows, problems: Problems): Execution | null {
  const read = readMapping(value, executionKeywords, path, problems);
  if (read === null) return null;
  if (read.executor !== undefined) checkExecutor(read.executor, [...path, 'executor'], problems);
  const load = readLoad(read, path, problems);
  const flow = flows.use(read.scenario, [...path, 'scenario']);
  return load === null || flow === null ? null : { engine: 'native', flow, load, delaySeconds: 0, startAt: null };
}

/** Also for `settings.default-executor`. */
export function checkExecutor(executor: string, path: Path, problems: Problems): void {
  if (NATIVE_EXECUTORS.includes(executor)) return;
  problems.add(
    path,
    `${describe(executor)} cannot be run yet${didYouMean(executor, NATIVE_EXECUTORS)}; scenarios made of requests run on the native engine: leave it out, or write jmeter or native`,
  );
}

/** The flows that executions use, each read once. */
class Flows {
  readonly read: Record<string, Flow> = {};
  readonly #scenarios: TaurusMapping;
  readonly #problems: Problems;
  readonly #used = new Set<string>();

  constructor(scenarios: TaurusMapping, problems: Problems) {
    this.#scenarios = scenarios;
    this.#problems = problems;
  }

  /** Name of the flow that an execution's `scenario` stands for; null, with a problem, when there is none. */
  use(scenario: TaurusValue | undefined, path: Path): string | null {
    if (scenario === undefined) {
      const named = Object.keys(this.#scenarios);
      const hint =
        named.length === 0
          ? 'write the scenario here, or its name'
          : `write the name of one: ${named.slice(0, 5).join(', ')}`;
      this.#problems.add(path, `is missing: ${hint}`);
      return null;
    }
    if (isMapping(scenario)) {
      const name = this.#freeName();
      this.#used.add(name);
      return this.#keep(name, scenario, path);
    }
    if (typeof scenario !== 'string' && typeof scenario !== 'bigint') {
      this.#problems.add(path, `${describe(scenario)} is not the name of a scenario`);
      return null;
    }
    return this.#useNamed(String(scenario), path);
  }

  warnOfUnused(): void {
    for (const name of Object.keys(this.#scenarios)) {
      if (!this.#used.has(name)) this.#problems.warn(`scenarios.${name}: no execution uses it`);
    }
  }

  #useNamed(name: string, path: Path): string | null {
    const value = valueAt(this.#scenarios, name);
    if (value === undefined) {
      const isScript = /\.(jmx|js|ts|py|java|scala|jar|xml)$/i.test(name);
      const near = didYouMean(name, Object.keys(this.#scenarios)) || '; define it below scenarios';
      const hint = isScript ? '; scripts cannot be run yet' : near;
      this.#problems.add(path, `there is no scenario ${describe(name)}${hint}`);
      return null;
    }
    if (this.#used.has(name)) return Object.hasOwn(this.read, name) ? name : null;
    this.#used.add(name);
    return this.#keep(name, value, ['scenarios', name]);
  }

  #keep(name: string, value: TaurusValue, path: Path): string | null {
    const flow = readFlow(name, value, path, this.#problems);
    if (flow === null) return null;
    this.read[name] = flow;
    return name;
  }

  /** For a scenario that is written inside its execution. */
  #freeName(): string {
    for (let number = 1; ; number++) {
      const name = `scenario-${number}`;
      if (!Object.hasOwn(this.#scenarios, name) && !this.#used.has(name)) return name;
    }
  }
}

function checkTotals(executions: readonly Execution[], problems: Problems): void {
  const users = executions.reduce((sum, { load }) => sum + (load.concurrency ?? 0), 0);
  if (users > limits.usersMax) problems.add(['execution'], `${users} users in all are more than ${limits.usersMax}`);
  const rate = executions.reduce((sum, { load }) => sum + (load.model === 'open' ? load.startsPerSecond : 0), 0);
  if (rate > limits.requestsPerSecondMax) {
    problems.add(['execution'], `${rate} requests per second in all are more than ${limits.requestsPerSecondMax}`);
  }
}
