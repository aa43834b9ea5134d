/**
 * The edge where Taurus files become a scenario: read, merged, changed by overrides, brought to the present format, and checked. All
 * that is wrong is reported at once, each with its path.
 */

import { LoadstarError } from '../errors.ts';
import { type Read, readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import { Problems } from '../input/problems.ts';
import { describe } from '../input/value.ts';
import { limits } from '../limits.ts';
import { chooseEngine } from './choose-engine.ts';
import { mergeConfigs } from './merge.ts';
import { migrateConfig } from './migrate.ts';
import { applyOverride, type Override } from './overrides.ts';
import { parseText } from './parse-text.ts';
import { checkExecutor, readExecutions } from './read-executions.ts';
import { type LoadstarRead, readLoadstar } from './read-loadstar.ts';
import { readModuleCriteria, readModules, readSettings } from './read-modules.ts';
import { readTaurus } from './read-taurus.ts';
import type { TlsRead } from './read-tls.ts';
import { SCENARIO_FORMAT_VERSION, type Scenario, scenarioSchema, type TlsSettings } from './scenario.ts';
import { scenarioFiles } from './scenario-files.ts';
import { readSettingsEnv, withEnv } from './settings-env.ts';
import { fileKeywords } from './taurus-schema.ts';
import { fillIn } from './templates.ts';
import { walkSteps } from './walk-steps.ts';

export interface ScenarioSource {
  /** For messages, and for the scenario's name when it has no other. */
  name: string;
  text: string;
}

export interface ScenarioInput {
  /** Merged from first to last. */
  sources: readonly ScenarioSource[];
  overrides?: readonly Override[];
  /** Now, for a `start-at` without a date; without it such a time is refused. */
  nowMs?: number;
}

export interface ScenarioRead {
  scenario: Scenario;
  /** What makes no difference here, or may not be what was meant; for people. */
  warnings: string[];
  /** Paths, below the scenario's folder, of the files it names. */
  files: string[];
}

/**
 * Throws `scenario_unreadable` or `scenario_too_large` (text), `option_invalid` (overrides), `scenario_invalid` (content; `fields` lists
 * everything that is wrong).
 */
export function readScenario({ sources, overrides = [], nowMs }: ScenarioInput): ScenarioRead {
  checkSize(sources);
  const problems = new Problems();
  const documents = sources.flatMap(({ name, text }) => parseText(name, text, (message) => problems.warn(message)));
  const merged = mergeConfigs(documents, (message) => problems.warn(message));
  for (const override of overrides) applyOverride(merged, override);
  const migrated = migrateConfig(merged, problems);
  const env = readSettingsEnv(migrated, problems);
  const config = withEnv(migrated, env, problems);

  const read = readMapping(config, fileKeywords, [], problems) ?? {};
  const defaultExecutor = readSettings(read.settings ?? {}, read.provisioning ?? 'local', problems);
  const loadstar = readLoadstar(read.loadstar ?? {}, problems);
  const source: FileSource = { read, env, loadstar, defaultExecutor, nowMs: nowMs ?? null };
  const { execution, scenarios = {} } = read;
  const engine = chooseEngine({ execution, scenarios, engine: loadstar.engine, defaultExecutor }, problems);
  const {
    executions,
    taurus,
    flows,
    criteria: own,
  } = (engine === 'native' ? readNative : readForTaurus)(source, problems);
  const criteria = [...readModuleCriteria(read.reporting ?? [], read.services ?? [], problems), ...own];
  if (criteria.length > limits.criteriaMax) {
    problems.add(['reporting'], `${criteria.length} criteria in all are more than ${limits.criteriaMax}`);
  }
  const what = sources.length === 0 ? 'The scenario' : sources.map(({ name }) => name).join(' + ');
  problems.throwIfAny('scenario_invalid', what);

  const scenario: Scenario = {
    version: SCENARIO_FORMAT_VERSION,
    name: loadstar.name ?? nameOf(sources),
    ...(loadstar.description === null ? {} : { description: loadstar.description }),
    tags: loadstar.tags,
    regions: loadstar.regions,
    healthyThresholdPercent: loadstar.healthyThresholdPercent,
    live: loadstar.live,
    executions,
    taurus,
    flows,
    criteria,
    threads: loadstar.threads,
    ...(loadstar.taskSize === null ? {} : { taskSize: loadstar.taskSize }),
    ...(loadstar.spot === null ? {} : { spot: loadstar.spot }),
  };
  warnOfLabels(scenario, problems);
  return { scenario: conforming(scenario), warnings: problems.warnings, files: scenarioFiles(scenario) };
}

interface FileSource {
  read: Read<typeof fileKeywords.fields>;
  env: Record<string, string>;
  loadstar: LoadstarRead;
  defaultExecutor: string | null;
  nowMs: number | null;
}

/** What an engine makes of the file. */
type EngineRead = Pick<Scenario, 'executions' | 'taurus' | 'flows' | 'criteria'>;

function readNative({ read, env, loadstar, defaultExecutor, nowMs }: FileSource, problems: Problems): EngineRead {
  if (defaultExecutor !== null) checkExecutor(defaultExecutor, ['settings', 'default-executor'], problems);
  if (loadstar.files.length > 0) {
    problems.add(['loadstar', 'files'], 'is for scripts: the native engine reads the files that data-sources name');
  }
  const { properties, client } = readModules(read.modules ?? {}, problems);
  const defaults = { scenarios: read.scenarios ?? {}, properties, env, tls: tlsOf(loadstar.tls, client) };
  return { ...readExecutions({ execution: read.execution, defaults, nowMs }, problems), taurus: null };
}

function readForTaurus({ read, env, loadstar, defaultExecutor }: FileSource, problems: Problems): EngineRead {
  const { execution, scenarios = {}, modules = {} } = read;
  if (loadstar.threads > 1) problems.warn("loadstar.threads makes no difference here: it is the native engine's");
  const source = { execution, scenarios, modules, env, defaultExecutor, files: loadstar.files };
  return { executions: [], flows: {}, ...readTaurus(source, problems) };
}

function checkSize(sources: readonly ScenarioSource[]): void {
  const characters = sources.reduce((sum, { text }) => sum + text.length, 0);
  if (characters > limits.scenarioBytesMax) {
    throw new LoadstarError('scenario_too_large', `The files hold more than ${limits.scenarioBytesMax} bytes together`);
  }
}

/** File name without folders and extension. */
function nameOf(sources: readonly ScenarioSource[]): string {
  const file = sources[0]?.name.split(/[\\/]/).at(-1) ?? '';
  const name = file.replace(/\.(ya?ml|json)$/i, '').trim();
  return name === '' ? 'scenario' : name.slice(0, limits.nameLengthMax);
}

function tlsOf({ verify, authorityFile, client }: TlsRead, keyStore: TlsSettings['client']): TlsSettings {
  // Who names an authority wants to know.
  return { verify: verify ?? authorityFile !== null, authorityFile, client: client ?? keyStore };
}

function warnOfLabels(scenario: Scenario, problems: Problems): void {
  // Labels of scripts are not known.
  if (scenario.taurus !== null) return;
  const labels = new Set(
    Object.values(scenario.flows).flatMap(({ steps, variables }) =>
      [...walkSteps(steps)].flatMap(({ step }) => ('label' in step ? [fillIn(step.label, variables)] : [])),
    ),
  );
  // What they are is known only while it runs.
  const change = [...labels].some((label) => label.includes('${'));
  for (const { message, label } of scenario.criteria) {
    if (label === '' || labels.has(label) || change) continue;
    problems.warn(`${message}: no request has the label ${describe(label)}${didYouMean(label, labels)}`);
  }
  if (labels.size > limits.labelsMax) {
    problems.warn(
      `${labels.size} labels are more than the ${limits.labelsMax} that are kept apart; give requests a common label`,
    );
  }
}

/** The readers above check everything; this proves it, and no scenario leaves that the rest could not take. */
function conforming(scenario: Scenario): Scenario {
  const result = scenarioSchema.safeParse(scenario);
  if (result.success) return scenario;
  const fields = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new LoadstarError('scenario_invalid', `The scenario is not valid: ${fields[0]?.path}: ${fields[0]?.message}`, {
    fields,
  });
}
