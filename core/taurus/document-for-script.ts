/** The scenario document of a script that came alone: it runs the script, with the load that the script describes itself unless one is given. */
import type { TaurusExecutor } from './taurus-scenario.ts';

const executorsByExtension: Readonly<Record<string, TaurusExecutor>> = {
  jmx: 'jmeter',
  js: 'k6',
  mjs: 'k6',
  ts: 'k6',
  py: 'locust',
};

/** What runs a script, by the extension of its name; null when nothing does. */
export function executorOfScript(path: string): TaurusExecutor | null {
  const extension = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(executorsByExtension, extension) ? (executorsByExtension[extension] ?? null) : null;
}

/** A load in place of the script's own, as a scenario writes it: `rampUp: '1m'`. */
export interface ScriptLoad {
  concurrency?: number | undefined;
  /** Requests per second, at most. */
  throughput?: number | undefined;
  rampUp?: string | undefined;
  holdFor?: string | undefined;
  /** Of each user. */
  iterations?: number | undefined;
}

export interface ScriptToRun {
  /** Its path among the scenario's files. */
  script: string;
  executor: TaurusExecutor;
  /** Of the scenario. Default: that of the script, without folder and extension. */
  name?: string | undefined;
  load?: ScriptLoad | undefined;
}

/** YAML. Nothing is checked here: `readScenario` says what is wrong with it. */
export function documentForScript({ script, executor, name, load = {} }: ScriptToRun): string {
  const file = script.split('/').at(-1) ?? script;
  const stem = file.replace(/\.[^.]+$/, '').trim();
  // A key may not be `__proto__`, and a sign before it is an order of how Taurus merges mappings.
  const flow = /^[\p{L}\p{N}]/u.test(stem) ? stem : 'script';
  const { concurrency, throughput, rampUp, holdFor, iterations } = load;
  const settings = { concurrency, throughput, 'ramp-up': rampUp, 'hold-for': holdFor, iterations };
  const lines = Object.entries(settings).flatMap(([key, value]) =>
    value === undefined ? [] : [`    ${key}: ${JSON.stringify(value)}`],
  );
  return [
    'execution:',
    `  - executor: ${executor}`,
    `    scenario: ${JSON.stringify(flow)}`,
    ...lines,
    'scenarios:',
    `  ${JSON.stringify(flow)}:`,
    `    script: ${JSON.stringify(script)}`,
    'loadstar:',
    `  name: ${JSON.stringify(name ?? (stem === '' ? file.trim() : stem))}`,
    '',
  ].join('\n');
}
