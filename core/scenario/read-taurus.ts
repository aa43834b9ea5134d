/**
 * A scenario that Taurus runs: which scripts, with which tools, under how much load. What Taurus itself reads is handed on as it was
 * written; what decides about load, files and verdict is read here.
 */
import type { Criterion } from '../criteria/criterion.ts';
import { readCriteria } from '../criteria/parse-criterion.ts';
import { type Read, readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import { type Path, Problems, pathText } from '../input/problems.ts';
import { describe, isMapping, type TaurusMapping, type TaurusValue, valueAt } from '../input/value.ts';
import { limits } from '../limits.ts';
import { executorOfScript } from '../taurus/document-for-script.ts';
import type { TaurusExecution, TaurusExecutor, TaurusFile, TaurusScenario } from '../taurus/taurus-scenario.ts';
import { taurusExecutors } from '../taurus/taurus-scenario.ts';
import { isTaurusExecutor, scriptOf } from './choose-engine.ts';
import { withPropertyValues } from './property-values.ts';
import { readFilePath } from './read-file-path.ts';
import { readProperties } from './read-flow.ts';
import { jsonOf, readTaurusModules } from './read-taurus-config.ts';
import { filesOfRequests, readExecutionFiles } from './read-taurus-files.ts';
import { readTaurusLoad } from './read-taurus-load.ts';
import { flowKeywords, taurusExecutionKeywords } from './taurus-schema.ts';

interface TaurusSource {
  /** As it was written. */
  execution: TaurusValue | undefined;
  scenarios: TaurusMapping;
  modules: TaurusMapping;
  /** `settings.env`. */
  env: Readonly<Record<string, string>>;
  defaultExecutor: string | null;
  /** `loadstar.files`. */
  files: readonly TaurusFile[];
}

export interface TaurusRead {
  taurus: TaurusScenario | null;
  /** Of executions and scenarios. */
  criteria: Criterion[];
}

const SCRIPTS_THAT_RUN = 'JMeter (.jmx), k6 (.js, .ts) and Locust (.py) run here';

/** All that is wrong is in `problems`; null when there is nothing that could run. */
export function readTaurus(source: TaurusSource, problems: Problems): TaurusRead {
  const { execution } = source;
  if (execution === undefined || (Array.isArray(execution) && execution.length === 0)) {
    problems.add(['execution'], 'is missing: it says which script or scenario runs');
    return { taurus: null, criteria: [] };
  }
  const written = Array.isArray(execution) ? execution : [execution];
  if (written.length > limits.executionsMax) {
    problems.add(['execution'], `${written.length} executions are more than ${limits.executionsMax}`);
    return { taurus: null, criteria: [] };
  }
  const reader = new TaurusReader(source, problems);
  const executions = written.flatMap((item, index) => {
    return reader.execution(item, Array.isArray(execution) ? ['execution', index] : ['execution']) ?? [];
  });
  reader.warnOfUnused();
  if (executions.length === 0) return { taurus: null, criteria: [] };
  const criteria = written.flatMap((item, index) => {
    const path = Array.isArray(execution) ? ['execution', index, 'criteria'] : ['execution', 'criteria'];
    return reader.criteria(isMapping(item) ? (valueAt(item, 'criteria') ?? null) : null, path, written.length);
  });
  const files = uniqueFiles([...source.files, ...reader.files]);
  const config: Record<string, unknown> = {
    scenarios: Object.fromEntries(reader.scenarios),
    modules: readTaurusModules(source.modules, problems),
  };
  if (Object.keys(source.env).length > 0) config.settings = { env: source.env };
  return {
    taurus: { executions, config, files },
    criteria: [...criteria, ...reader.scenarioCriteria(written.length)],
  };
}

class TaurusReader {
  /** As Taurus is given them, by name. */
  readonly scenarios = new Map<string, unknown>();
  readonly files: TaurusFile[] = [];
  readonly #source: TaurusSource;
  readonly #problems: Problems;
  readonly #criteria: { value: TaurusValue; path: Path }[] = [];

  constructor(source: TaurusSource, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  /** Null, with a problem, when it cannot run. */
  execution(value: TaurusValue, path: Path): TaurusExecution | null {
    const problems = this.#problems;
    if (!isMapping(value)) {
      problems.add(path, `${describe(value)} is not an execution: a mapping of keywords is expected`);
      return null;
    }
    const read = readMapping(
      withPropertyValues(value, this.#properties(value)),
      taurusExecutionKeywords,
      path,
      problems,
    );
    if (read === null) return null;
    const written = scriptOf(value, this.#source.scenarios, path);
    const script = written === null ? null : this.#script(written.value, written.path);
    if (written !== null && script === null) return null;
    const executor = this.#executor(read.executor, script, written?.path ?? path, path);
    const scenario = this.#scenario(read, script, path);
    const load = readTaurusLoad(
      value,
      read,
      { executor: executor ?? 'jmeter', isScript: script !== null },
      path,
      problems,
    );
    const env = readProperties(read.env ?? {}, [...path, 'env'], problems);
    this.files.push(...readExecutionFiles(read.files ?? [], [...path, 'files'], problems));
    if (executor === null || scenario === null) return null;
    return { executor, scenario, script, load, delaySeconds: read.delay ?? 0, env };
  }

  /** Those of an execution, which are for all samples: only when it is the only one can that be. */
  criteria(value: TaurusValue, path: Path, executions: number): Criterion[] {
    if (value === null) return [];
    if (executions === 1) return readCriteria(value, path, this.#problems);
    const message =
      'which samples are of which script cannot be told: write the criteria below reporting, each with a label';
    this.#problems.add(path, message);
    return [];
  }

  scenarioCriteria(executions: number): Criterion[] {
    return this.#criteria.flatMap(({ value, path }) => this.criteria(value, path, executions));
  }

  warnOfUnused(): void {
    for (const name of Object.keys(this.#source.scenarios)) {
      if (!this.scenarios.has(name)) this.#problems.warn(`scenarios.${name}: no execution uses it`);
    }
  }

  /** What `__P` reads; what is wrong with them is Taurus' business. */
  #properties({ scenario }: TaurusMapping): Record<string, string> {
    const own = isMapping(scenario) ? scenario : (valueAt(this.#source.scenarios, String(scenario)) ?? null);
    const all = [valueAt(this.#source.modules, 'jmeter') ?? null, own].map((value) => {
      const properties = isMapping(value) ? valueAt(value, 'properties') : undefined;
      return isMapping(properties) ? readProperties(properties, [], new Problems()) : {};
    });
    return Object.assign({}, ...all);
  }

  #script(written: TaurusValue, path: Path): string | null {
    if (typeof written === 'string') return readFilePath(written, path, this.#problems);
    this.#problems.add(path, `${describe(written)} is not the path of a script`);
    return null;
  }

  #executor(written: string | undefined, script: string | null, scriptPath: Path, path: Path): TaurusExecutor | null {
    const found = script === null ? null : executorOfScript(script);
    const name = written ?? found ?? this.#source.defaultExecutor ?? 'jmeter';
    const at = [...path, 'executor'];
    if (!isTaurusExecutor(name)) {
      this.#problems.add(
        at,
        `${describe(name)} cannot be run by the Taurus engine${didYouMean(name, taurusExecutors)}; ${SCRIPTS_THAT_RUN}`,
      );
    } else if (script !== null && found === null) {
      this.#problems.add(scriptPath, `${describe(script)} is no script of a known kind: ${SCRIPTS_THAT_RUN}`);
    } else if (script !== null && found !== name) {
      this.#problems.add(at, `${name} does not run ${describe(script)}: write ${found}, or leave it out`);
    } else if (script === null && name === 'k6') {
      this.#problems.add(at, 'k6 needs a script: requests run with jmeter and locust');
    } else {
      return name;
    }
    return null;
  }

  /** Name of the scenario below `scenarios` of what Taurus is given. */
  #scenario(read: Read<typeof taurusExecutionKeywords.fields>, script: string | null, path: Path): string | null {
    const { scenario } = read;
    const at = [...path, 'scenario'];
    if (isMapping(scenario)) return this.#keep(this.#freeName(), scenario, script, at);
    if (scenario === undefined && script !== null) return this.#keep(this.#freeName(), {}, script, at);
    if (typeof scenario !== 'string' && typeof scenario !== 'bigint') {
      this.#problems.add(at, 'is missing: write the name of a scenario, or a script');
      return null;
    }
    const value = valueAt(this.#source.scenarios, String(scenario));
    // With a script of its own it is another scenario.
    const name = read.script === undefined ? String(scenario) : this.#freeName();
    if (value === undefined && script !== null) return this.#keep(name, {}, script, at);
    if (value === undefined) {
      const near = didYouMean(name, Object.keys(this.#source.scenarios)) || '; define it below scenarios';
      this.#problems.add(at, `there is no scenario ${describe(String(scenario))}${near}`);
      return null;
    }
    return this.scenarios.has(name) ? name : this.#keep(name, value, script, ['scenarios', name]);
  }

  #keep(name: string, value: TaurusValue, script: string | null, path: Path): string | null {
    const problems = this.#problems;
    if (!isMapping(value)) {
      problems.add(path, `${describe(value)} is not a scenario: a mapping of keywords is expected`);
      return null;
    }
    const requests = valueAt(value, 'requests') ?? null;
    if (script === null && !(Array.isArray(requests) && requests.length > 0)) {
      problems.add([...path, 'requests'], 'is missing or empty: there is neither a script nor anything to request');
    }
    this.#warnOfUnknown(value, path);
    const { criteria = null, ...rest } = value;
    if (criteria !== null) this.#criteria.push({ value: criteria, path: [...path, 'criteria'] });
    this.scenarios.set(name, jsonOf(script === null ? rest : { ...rest, script }, path, problems));
    this.files.push(...filesOfRequests(value, path, problems));
    this.#keepIncluded(requests);
    return name;
  }

  /** What requests include goes along. */
  #keepIncluded(value: TaurusValue): void {
    const parts = Array.isArray(value) ? value : isMapping(value) ? Object.values(value) : [];
    const included = isMapping(value) ? valueAt(value, 'include-scenario') : undefined;
    if (typeof included === 'string' && !this.scenarios.has(included)) {
      const scenario = valueAt(this.#source.scenarios, included);
      if (scenario !== undefined) this.#keep(included, scenario, null, ['scenarios', included]);
    }
    for (const part of parts) this.#keepIncluded(part);
  }

  #warnOfUnknown(value: TaurusMapping, path: Path): void {
    const known = [...Object.keys(flowKeywords.fields), ...Object.keys(flowKeywords.refused), ...flowKeywords.ignored];
    for (const key of Object.keys(value)) {
      if (!known.includes(key)) {
        this.#problems.warn(`${pathText([...path, key])}: Taurus may not know it${didYouMean(key, known)}`);
      }
    }
  }

  #freeName(): string {
    for (let number = 1; ; number++) {
      const name = `scenario-${number}`;
      if (!Object.hasOwn(this.#source.scenarios, name) && !this.scenarios.has(name)) return name;
    }
  }
}

/** Each path once: what says more than `copy` wins. */
function uniqueFiles(files: readonly TaurusFile[]): TaurusFile[] {
  const unique = new Map<string, TaurusFile>();
  for (const file of files) {
    if (unique.get(file.path)?.partition === undefined || file.partition !== 'copy') unique.set(file.path, file);
  }
  return [...unique.values()];
}
