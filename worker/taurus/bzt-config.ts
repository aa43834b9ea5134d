/** The configuration that Taurus gets for one task: the scenario's own, with the task's part of its load, our executors, and no downloads. */
import { dirname, join } from 'node:path';
import { isMapping, type TaurusValue } from '../../core/input/value.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { replaceSecretReferences } from '../../core/secrets/secret-name.ts';
import type { TaurusShare } from '../../core/taurus/task-share.ts';
import type { PlannedTaurus, PlannedTaurusExecution } from '../../core/taurus/taurus-plan.ts';
import type { EngineName, EngineProgram } from '../../engines/engine-program.ts';
import { asSecretProperties, secretPropertiesPath } from './jmeter-secrets.ts';
import { k6Arguments, locustOrders } from './tool-arguments.ts';
import type { WorkFolder } from './work-folder.ts';

type Mapping = Record<string, unknown>;

export interface BztConfigOptions {
  plan: Plan;
  taurus: PlannedTaurus;
  shares: readonly TaurusShare[];
  /** Of each execution: its script as it was written for this task, below the folder of files. */
  scripts: readonly (string | null)[];
  folder: WorkFolder;
  programs: ReadonlyMap<EngineName, EngineProgram>;
  secrets: ReadonlyMap<string, string>;
  /** Where JMeter begins to look for a free port. */
  shutdownPort: number;
}

/** `modules.jmeter.memory-xmx`; null: not given. */
export function jmeterHeap({ config }: PlannedTaurus): string | null {
  const heap = mapping(mapping(config.modules).jmeter)['memory-xmx'];
  return typeof heap === 'string' && /^\d+[kKmMgG]?$/.test(heap) ? heap : null;
}

/** The name that our own XML of the run must not take. */
export const TAURUS_XML = 'result.taurus.xml';

/** What the samples' readers rely on; nothing that a scenario says takes its place. */
const JMETER_ARGUMENTS = [
  '-Jsampleresult.timestamp.start=true',
  '-Jjmeter.save.saveservice.timestamp_format=ms',
  '-Jjmeter.save.saveservice.default_delimiter=,',
  '-Jjmeter.save.saveservice.autoflush=true',
];

/** JSON is YAML. */
export function bztConfig(options: BztConfigOptions): Mapping {
  const { folder, secrets, shares, taurus } = options;
  const filled = fillIn(taurus.config, (text) => withSecrets(text, secrets)) as Mapping;
  const forJmeter = fillIn(taurus.config.scenarios, (text) => asSecretProperties(text, secrets));
  const scenarios: Mapping = { ...mapping(filled.scenarios) };
  const execution = taurus.executions.flatMap((planned, position) => {
    const share = shares[position];
    if (share === undefined || share.isIdle) return [];
    const name = `${planned.scenario}#${position}`;
    const script = options.scripts[position] ?? null;
    scenarios[name] = {
      ...mapping(mapping(planned.executor === 'jmeter' ? forJmeter : filled.scenarios)[planned.scenario]),
      ...(script === null ? {} : { script: join(folder.files, script) }),
    };
    return [{ ...executionOf(planned, share, options, position), scenario: name }];
  });
  const settings = mapping(filled.settings);
  return {
    ...filled,
    settings: {
      'check-interval': '0.5s',
      ...settings,
      'check-updates': false,
      'artifacts-dir': folder.artifacts,
    },
    modules: modulesOf(mapping(filled.modules), options),
    scenarios,
    execution,
    provisioning: 'local',
    '~services': ['loadstar-gate', ...list(filled.services)],
    '~reporting': [
      { module: 'final-stats', summary: false, 'dump-xml': join(folder.artifacts, TAURUS_XML) },
      ...list(filled.reporting),
    ],
  };
}

function executionOf(
  planned: PlannedTaurusExecution,
  share: TaurusShare,
  { plan, secrets }: BztConfigOptions,
  position: number,
): Mapping {
  const { delaySeconds, executor } = planned;
  const env = fillIn(planned.env, (text) => withSecrets(text, secrets)) as Mapping;
  const common = { executor, delay: `${delaySeconds}s`, env };
  if (executor === 'k6') return { ...common, 'loadstar-arguments': k6Arguments(share) };
  if (executor === 'locust') {
    const path = `execution[${position}]`;
    const orders = locustOrders(share, planned, { gracefulStopSeconds: plan.gracefulStopSeconds, path });
    return { ...common, env: { ...env, ...orders.environment }, 'loadstar-arguments': orders.arguments };
  }
  return { ...common, ...jmeterLoad(share, planned.script !== null) };
}

/** In Taurus' own words, for what its JMeter module makes of them. A script has its throughput in it by now. */
function jmeterLoad({ load }: TaurusShare, hasScript: boolean): Mapping {
  if (load === null) return {};
  const { concurrency, holdForSeconds, iterations, rampUpSeconds, steps, throughput } = load;
  return {
    ...(concurrency === null ? {} : { concurrency }),
    ...(throughput === null || hasScript ? {} : { throughput }),
    ...(rampUpSeconds > 0 ? { 'ramp-up': `${rampUpSeconds}s` } : {}),
    ...(holdForSeconds > 0 ? { 'hold-for': `${holdForSeconds}s` } : {}),
    ...(iterations === null ? {} : { iterations }),
    ...(steps === null ? {} : { steps }),
  };
}

/** `plugins/` beside each script, and where all files begin. As JMeter separates them. */
function pluginFolders({ files }: WorkFolder, scripts: readonly (string | null)[]): string {
  const folders = scripts.map((script) => join(files, dirname(script ?? ''), 'plugins'));
  return [...new Set([join(files, 'plugins'), ...folders])].join(';');
}

function modulesOf(own: Mapping, { folder, programs, scripts, secrets, shutdownPort }: BztConfigOptions): Mapping {
  const secretProperties = secretPropertiesPath(folder, secrets);
  const secretArguments = secretProperties === null ? [] : ['-q', secretProperties];
  const jmeter = programs.get('jmeter');
  const k6 = programs.get('k6');
  const jmeterOwn = mapping(own.jmeter);
  return {
    ...own,
    console: { disable: true },
    'loadstar-gate': { class: 'loadstar_bzt.gate.Gate' },
    ...(jmeter === undefined
      ? {}
      : {
          jmeter: {
            ...jmeterOwn,
            class: 'loadstar_bzt.jmeter.JMeter',
            path: jmeter.path,
            version: jmeter.version,
            'detect-plugins': false,
            plugins: [],
            'fix-jars': false,
            gui: false,
            'shutdown-port': shutdownPort,
            'csv-jtl-flags': {
              ...mapping(jmeterOwn['csv-jtl-flags']),
              xml: false,
              fieldNames: true,
              saveAssertionResultsFailureMessage: true,
              sentBytes: true,
            },
            properties: { ...mapping(jmeterOwn.properties), search_paths: pluginFolders(folder, scripts) },
            cmdline: [jmeterOwn.cmdline ?? '', ...JMETER_ARGUMENTS, ...secretArguments].join(' ').trim(),
          },
        }),
    ...(k6 === undefined ? {} : { k6: { ...mapping(own.k6), class: 'loadstar_bzt.k6.K6', path: k6.path } }),
    locust: { ...mapping(own.locust), class: 'loadstar_bzt.locust.Locust' },
  };
}

/** Values of secrets in place of what names them. */
function withSecrets(text: string, secrets: ReadonlyMap<string, string>): string {
  return replaceSecretReferences(text, (name, written) => secrets.get(name) ?? written);
}

/** The same with all its texts filled in. */
function fillIn(value: unknown, fill: (text: string) => string): unknown {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((entry) => fillIn(entry, fill));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fillIn(entry, fill)]));
}

function mapping(value: unknown): Mapping {
  return isMapping(value as TaurusValue) ? (value as Mapping) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
