/** Which engine runs a scenario: the native one, or Taurus with other tools. All of a scenario runs on one of them. */
import { plainText } from '../input/fields.ts';
import { didYouMean } from '../input/near-spelling.ts';
import type { Path, Problems } from '../input/problems.ts';
import { describe, isMapping, type TaurusMapping, type TaurusValue, valueAt } from '../input/value.ts';
import { executorOfScript } from '../taurus/document-for-script.ts';
import { type TaurusExecutor, taurusExecutors } from '../taurus/taurus-scenario.ts';

export const engines = ['native', 'taurus'] as const;
export type Engine = (typeof engines)[number];

interface EngineSource {
  /** As it was written. */
  execution: TaurusValue | undefined;
  scenarios: TaurusMapping;
  /** `loadstar.engine`; null: not written. */
  engine: Engine | null;
  /** `settings.default-executor`. */
  defaultExecutor: string | null;
}

/** `loadstar.engine`; null when it is not written, or wrong. */
export function readEngine(written: string | undefined, path: Path, problems: Problems): Engine | null {
  if (written === undefined) return null;
  const engine = engines.find((known) => known === written);
  if (engine === undefined) {
    problems.add(path, `${describe(written)} is not an engine${didYouMean(written, engines)}; write native or taurus`);
  }
  return engine ?? null;
}

/**
 * Without a word about it Taurus runs what the native engine cannot: scripts, and executors other than `jmeter`. A scenario of which each
 * could run a part is refused.
 */
export function chooseEngine(
  { execution, scenarios, engine, defaultExecutor }: EngineSource,
  problems: Problems,
): Engine {
  if (engine !== null) return engine;
  const isList = Array.isArray(execution);
  const written = isList ? execution : [execution ?? null];
  const needs = written.map((item) => needsTaurus(item, scenarios, defaultExecutor));
  if (!needs.includes(true)) return 'native';
  for (const [index, needed] of needs.entries()) {
    if (needed) continue;
    problems.add(
      isList ? ['execution', index] : ['execution'],
      'runs on the native engine, others in this file need Taurus, and a scenario runs on one of them: write loadstar.engine: taurus, and Taurus runs all of it',
    );
  }
  return 'taurus';
}

function needsTaurus(execution: TaurusValue, scenarios: TaurusMapping, defaultExecutor: string | null): boolean {
  if (!isMapping(execution)) return false;
  const executor = plainText.safeParse(valueAt(execution, 'executor') ?? defaultExecutor ?? 'jmeter');
  if (executor.success && executor.data !== 'jmeter' && isTaurusExecutor(executor.data)) return true;
  return scriptOf(execution, scenarios) !== null;
}

/** What the execution at `path` writes as its script, itself or by its scenario, and where; null when there is none. */
export function scriptOf(
  execution: TaurusMapping,
  scenarios: TaurusMapping,
  path: Path = [],
): { value: TaurusValue; path: Path } | null {
  const own = valueAt(execution, 'script') ?? null;
  if (own !== null) return { value: own, path: [...path, 'script'] };
  const scenario = valueAt(execution, 'scenario') ?? null;
  const named = isMapping(scenario) ? undefined : valueAt(scenarios, String(scenario));
  if (named === undefined && typeof scenario === 'string' && executorOfScript(scenario) !== null) {
    return { value: scenario, path: [...path, 'scenario'] };
  }
  const value = isMapping(scenario) ? scenario : named;
  const script = isMapping(value) ? (valueAt(value, 'script') ?? null) : null;
  if (script === null) return null;
  const at = isMapping(scenario) ? [...path, 'scenario'] : ['scenarios', String(scenario)];
  return { value: script, path: [...at, 'script'] };
}

export function isTaurusExecutor(name: string): name is TaurusExecutor {
  return taurusExecutors.some((known) => known === name);
}
