/** The flows that executions use, each read once. */
import { didYouMean } from '../input/near-spelling.ts';
import { type Path, Problems } from '../input/problems.ts';
import { describe, isMapping, type TaurusMapping, type TaurusValue, valueAt } from '../input/value.ts';
import { executorOfScript } from '../taurus/document-for-script.ts';
import { needsTaurus } from './needs-taurus.ts';
import { type FileDefaults, readFlow, readProperties } from './read-flow.ts';
import type { Flow } from './scenario.ts';

interface ScenarioCriteria {
  flow: string;
  value: TaurusValue;
  path: Path;
}

export class Flows {
  readonly read: Record<string, Flow> = {};
  /** Written in the scenarios that were read. */
  readonly criteria: ScenarioCriteria[] = [];
  readonly #defaults: FileDefaults;
  readonly #problems: Problems;
  readonly #used = new Set<string>();

  constructor(defaults: FileDefaults, problems: Problems) {
    this.#defaults = defaults;
    this.#problems = problems;
  }

  /** Name of the flow that an execution's `scenario` stands for; null, with a problem, when there is none. */
  flowFor(scenario: TaurusValue | undefined, env: Readonly<Record<string, string>>, path: Path): string | null {
    const name = this.#readScenario(scenario, path);
    return name === null ? null : this.#withEnv(name, env);
  }

  /** What `__P` reads in an execution of the scenario. */
  propertiesFor(scenario: TaurusValue | undefined): Readonly<Record<string, string>> {
    const value = isMapping(scenario) ? scenario : valueAt(this.#defaults.scenarios, String(scenario));
    const own = isMapping(value) ? valueAt(value, 'properties') : undefined;
    // What is wrong with them is said where the scenario is read.
    return { ...this.#defaults.properties, ...(isMapping(own) ? readProperties(own, [], new Problems()) : {}) };
  }

  warnOfUnused(): void {
    for (const name of Object.keys(this.#defaults.scenarios)) {
      if (!this.#used.has(name)) this.#problems.warn(`scenarios.${name}: no execution uses it`);
    }
  }

  #readScenario(scenario: TaurusValue | undefined, path: Path): string | null {
    if (scenario === undefined) {
      const named = Object.keys(this.#defaults.scenarios);
      const hint =
        named.length === 0
          ? 'write the scenario here, or its name'
          : `write the name of one: ${named.slice(0, 5).join(', ')}`;
      this.#problems.add(path, `is missing: ${hint}`);
      return null;
    }
    if (isMapping(scenario)) {
      const name = this.#freeName('scenario-', 1);
      this.#used.add(name);
      return this.#keep(name, scenario, path);
    }
    if (typeof scenario !== 'string' && typeof scenario !== 'bigint') {
      this.#problems.add(path, `${describe(scenario)} is not the name of a scenario`);
      return null;
    }
    return this.#readNamed(String(scenario), path);
  }

  #readNamed(name: string, path: Path): string | null {
    const { scenarios } = this.#defaults;
    const value = valueAt(scenarios, name);
    if (value === undefined) {
      const isScript = executorOfScript(name) !== null;
      const near = didYouMean(name, Object.keys(scenarios)) || '; define it below scenarios';
      const hint = isScript ? `; for a script ${needsTaurus('describe the load as requests')}` : near;
      this.#problems.add(path, `there is no scenario ${describe(name)}${hint}`);
      return null;
    }
    if (Object.hasOwn(this.read, name)) return name;
    // One that is wrong was reported already.
    if (this.#used.has(name) && !this.#isOnlyIncluded.has(name)) return null;
    this.#used.add(name);
    this.#isOnlyIncluded.delete(name);
    return this.#keep(name, value, ['scenarios', name]);
  }

  /** Used so far only by other scenarios that include them. */
  readonly #isOnlyIncluded = new Set<string>();

  #keep(name: string, value: TaurusMapping | TaurusValue, path: Path): string | null {
    const flow = readFlow(name, value, this.#defaults, path, this.#problems, (included) => {
      if (this.#used.has(included)) return;
      this.#used.add(included);
      this.#isOnlyIncluded.add(included);
    });
    if (flow === null) return null;
    this.read[name] = flow;
    const criteria = isMapping(value) ? (valueAt(value, 'criteria') ?? null) : null;
    if (criteria !== null) this.criteria.push({ flow: name, value: criteria, path: [...path, 'criteria'] });
    return name;
  }

  /** Executions with an environment of their own walk a flow of their own. */
  #withEnv(name: string, env: Readonly<Record<string, string>>): string {
    const flow = this.read[name];
    if (flow === undefined || Object.keys(env).length === 0) return name;
    const changed = { ...flow, env: { ...flow.env, ...env } };
    const same = Object.values(this.read).find(
      (other) => other.steps === flow.steps && JSON.stringify(other.env) === JSON.stringify(changed.env),
    );
    if (same !== undefined) return same.name;
    const copyName = this.#freeName(`${name}-`, 2);
    this.#used.add(copyName);
    this.read[copyName] = { ...changed, name: copyName };
    return copyName;
  }

  /** For a scenario that is written inside its execution, or that has a variant. */
  #freeName(prefix: string, from: number): string {
    for (let number = from; ; number++) {
      const name = `${prefix}${number}`;
      if (!Object.hasOwn(this.#defaults.scenarios, name) && !this.#used.has(name)) return name;
    }
  }
}
