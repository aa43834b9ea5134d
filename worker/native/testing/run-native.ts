/** Runs the native engine in this process and keeps what it measured, for tests. */
import { LoadstarError } from '../../../core/errors.ts';
import { makePlan } from '../../../core/plan/make-plan.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { closedLoad, openLoad } from '../../../core/scenario/fixtures/flows.ts';
import {
  type Flow,
  httpSettingsDefault,
  type LoadProfile,
  type RequestStep,
  type Step,
  tlsSettingsDefault,
} from '../../../core/scenario/scenario.ts';
import { Statistics } from '../../../core/statistics/statistics.ts';
import { totalOfWindow } from '../../../core/statistics/window.ts';
import type { Engine, EngineOutcome } from '../../engine.ts';
import { createNativeEngine } from '../native-engine.ts';

export type StepChanges = Partial<RequestStep> &
  Pick<RequestStep, 'url'> & { /** A constant one. */ thinkTimeSeconds?: number };

/** A request of which only what matters is said, or any other step. */
export type AnyStep = StepChanges | Exclude<Step, RequestStep>;

export interface NativeOptions {
  steps: AnyStep[];
  flow?: Partial<Omit<Flow, 'steps'>>;
  /** Default: one user, one iteration. */
  loads?: LoadProfile[];
  /** Executions beside those of `loads`, each with a flow of its own. */
  others?: { flow: Flow; load: LoadProfile }[];
  plan?: Partial<Plan>;
  /** Values by name. */
  secrets?: Record<string, string>;
  files?: Record<string, string | Buffer>;
  task?: number;
  /** Milliseconds from `run` to go. */
  startInMs?: number;
}

export interface NativeWindow {
  second: number;
  labels: Map<string, Statistics>;
  task: Statistics;
  atMs: number;
}

export interface NativeResult {
  total: Statistics;
  labels: Map<string, Statistics>;
  windows: NativeWindow[];
  outcome: EngineOutcome;
  warnings: string[];
  /** Go, in milliseconds of `performance.now()`. */
  startAtMs: number;
}

export function stepOf({ thinkTimeSeconds = 0, ...changes }: StepChanges): RequestStep {
  return {
    kind: 'request',
    label: changes.url,
    method: 'GET',
    headers: [],
    body: null,
    query: [],
    contentEncoding: null,
    thinkTime: { kind: 'constant', seconds: thinkTimeSeconds },
    timeoutSeconds: 10,
    followRedirects: true,
    keepAlive: true,
    randomSourceIp: false,
    assertions: [],
    extractors: [],
    ...changes,
  };
}

export function stepsOf(steps: readonly AnyStep[]): Step[] {
  return steps.map((step) => ('url' in step ? stepOf(step) : step));
}

export const closed = closedLoad;

/** A hundred starts a second, for a second. */
export const open = (changes: Parameters<typeof openLoad>[0] = {}): LoadProfile =>
  openLoad({ startsPerSecond: 100, holdForSeconds: 1, ...changes });

/** An engine that was not run yet, and what it will have measured. */
export function nativeEngine(options: NativeOptions) {
  const flow: Flow = {
    name: 'test',
    defaultAddress: null,
    variables: {},
    properties: {},
    env: {},
    dataSources: [],
    http: httpSettingsDefault,
    tls: tlsSettingsDefault,
    ...options.flow,
    steps: stepsOf(options.steps),
  };
  const executions = [
    ...(options.loads ?? [closed({ iterations: 1 })]).map((load) => ({ flow, load })),
    ...(options.others ?? []),
  ];
  const plan: Plan = {
    ...makePlan(
      {
        version: 1,
        name: 'test',
        tags: [],
        regions: { local: { tasks: 1, share: 1 } },
        healthyThresholdPercent: 100,
        live: false,
        taurus: null,
        executions: executions.map((execution) => ({
          engine: 'native',
          flow: execution.flow.name,
          load: execution.load,
          delaySeconds: 0,
          startAt: null,
        })),
        flows: Object.fromEntries(executions.map((execution) => [execution.flow.name, execution.flow])),
        criteria: [],
        threads: 1,
      },
      { runId: 'test' },
    ),
    ...options.plan,
  };
  const measured = {
    total: new Statistics(),
    labels: new Map<string, Statistics>(),
    windows: [] as NativeWindow[],
    warnings: [] as string[],
  };
  const engine = createNativeEngine({
    plan,
    id: { region: 'local', task: options.task ?? 0 },
    secrets: new Map(Object.entries(options.secrets ?? {})),
    readFile: async (path) => {
      const file = options.files?.[path];
      if (file === undefined) throw new LoadstarError('scenario_file_missing', `${path} is missing`);
      return Buffer.from(file);
    },
    log: (level, message) => {
      if (level !== 'info') measured.warnings.push(message);
    },
    onWindow: (window) => {
      const labels = new Map([...window.labels].map(([label, statistics]) => [label, copyOf(statistics)]));
      measured.windows.push({ second: window.second, labels, task: copyOf(window.task), atMs: performance.now() });
      measured.total.addLater(totalOfWindow(window));
      for (const [label, statistics] of window.labels) {
        const known = measured.labels.get(label) ?? new Statistics();
        known.addLater(statistics);
        measured.labels.set(label, known);
      }
    },
  });
  return { engine, measured };
}

function copyOf(statistics: Statistics): Statistics {
  const copy = new Statistics();
  copy.addLater(statistics);
  return copy;
}

/** Prepares and runs. `whileRunning` is called when the run was begun. */
export async function runNative(
  options: NativeOptions,
  whileRunning?: (engine: Engine, startAtMs: number) => void,
): Promise<NativeResult> {
  const { engine, measured } = nativeEngine(options);
  await engine.prepare();
  const startAtMs = performance.now() + (options.startInMs ?? 5);
  const running = engine.run(startAtMs, Date.now());
  whileRunning?.(engine, startAtMs);
  return { ...measured, outcome: await running, startAtMs };
}

/** Errors by type and message, without examples. */
export function errorsOf(statistics: Statistics): Record<string, number> {
  return Object.fromEntries(
    [...statistics.errors.values()].map(({ type, message, count }) => [`${type}: ${message}`, count]),
  );
}
