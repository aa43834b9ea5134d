/** Scenario -> plan: the load of a run computed once, with every setting that its tasks and its control plane need. */
import { labelWithoutText } from '../criteria/flow-labels.ts';
import { type FieldProblem, LoadstarError } from '../errors.ts';
import { limits } from '../limits.ts';
import { processTimeouts } from '../run/policy.ts';
import type { RunTimeouts } from '../run/run-timeouts.ts';
import type { Execution, Scenario } from '../scenario/scenario.ts';
import { requestsOf } from '../scenario/walk-steps.ts';
import { secretNamesIn } from '../secrets/secret-name.ts';
import { targetProblems } from '../targets/scenario-targets.ts';
import { TargetRules } from '../targets/target-rules.ts';
import { planTaurus, type TaurusFiles, type TaurusPlanning } from '../taurus/plan-taurus.ts';
import { beginSeconds } from './begin-seconds.ts';
import { PLAN_FORMAT, type Plan, type PlannedExecution, type PlannedRegion, planSchema } from './plan.ts';
import { loadSeconds, planExecution } from './plan-execution.ts';

/** Requests under way at the planned end get this long at most. */
const GRACEFUL_STOP_SECONDS_MAX = 30;
/** From the end of the load until a task that has not delivered its results is given up. */
const DELIVERY_SECONDS = 60;
/** What tools need to start, and to end: bzt with JMeter 4 s on an idle machine. */
const TOOL_SECONDS = 60;
/** From the word to end until bzt and its tools are killed. */
const TOOL_STOP_SECONDS = 5;
/** Lengths of a segment: they divide a minute, so that series fold at 10 and 60 s. A run should have at most so many segments a task. */
const SEGMENT_SECONDS = [5, 10, 15, 20, 30] as const;
const SEGMENTS_WANTED_MAX = 720;
/** Segments that land per second, of all tasks together: the control plane reads each of them. */
const SEGMENTS_PER_SECOND_MAX = 35;
/** Windows that are printed per second, by all tasks together: whoever watches gets about as many messages, and IoT Core gives a connection 100. */
const LIVE_WINDOWS_PER_SECOND_MAX = 50;
const CONTROL_POLL_MS = 250;
const LEASE_SECONDS = 15;

export interface PlanOptions {
  runId: string;
  /** 1 to 30. Default: 5 for a run of up to an hour (or of unknown length), more for longer ones and above 175 tasks. */
  segmentSeconds?: number;
  /** Null: no live data. Default: what the scenario says, every second, less often above 50 tasks. */
  liveIntervalSeconds?: number | null;
  controlPollMs?: number;
  leaseSeconds?: number;
  /** Default: those of tasks that are processes. */
  timeouts?: RunTimeouts;
  /** Segments are no shorter, for stores that ask a price for each object. Default: 5. */
  segmentSecondsMin?: number;
  /** Targets that the administrator allows; null: all but those that never are. */
  targetAllowList?: readonly string[] | null;
  /** Run scripts although there is such a list, which cannot hold them: they reach what the machine reaches. Default: refuse them. */
  scriptsBesideAllowList?: boolean;
  /** For a scenario that Taurus runs. Default: nothing is known of its files. */
  taurusFiles?: TaurusFiles;
  /** Epoch milliseconds: what executions wait for their instant is bounded by it. Default: as if all those instants had passed. */
  nowMs?: number;
}

/**
 * Computes the plan. Throws `scenario_invalid` with the fields where the load cannot be planned (too many tasks or users, too long,
 * an open model without a duration, a host that cannot be a target), `option_invalid` for options out of range.
 */
export function makePlan(scenario: Scenario, options: PlanOptions): Plan {
  const regions = Object.entries(scenario.regions).map(([name, { tasks, share }]) => ({ name, tasks, share }));
  const allow = options.targetAllowList ?? null;
  const files = options.taurusFiles ?? { scripts: new Map(), paths: [] };
  const taurus = scenario.taurus === null ? null : planTaurus(scenario.taurus, files, regions);
  const problems = [
    ...problemsOf(scenario, regions, options.nowMs ?? null),
    ...targetProblems(scenario, new TargetRules(allow)),
    ...(taurus?.problems ?? []),
    ...(taurus === null || allow === null || options.scriptsBesideAllowList === true ? [] : [SCRIPT_TARGETS]),
  ];
  if (problems.length > 0) {
    throw new LoadstarError('scenario_invalid', `The load of scenario '${scenario.name}' cannot be planned.`, {
      fields: problems,
    });
  }
  const executions = scenario.executions.map((execution) => planExecution(execution, regions));
  const { durationSeconds, delaySecondsMax } = taurus ?? timesOf(executions, options.nowMs ?? null);
  const endSecondsMax = durationSeconds ?? delaySecondsMax + limits.runSecondsMax;
  const flowNames = new Set(scenario.executions.map(({ flow }) => flow));
  const gracefulStopSeconds = taurus === null ? gracefulStopSecondsOf(scenario, flowNames) : TOOL_STOP_SECONDS;
  const flows = Object.fromEntries(Object.entries(scenario.flows).filter(([name]) => flowNames.has(name)));
  const plan: Plan = {
    format: PLAN_FORMAT,
    runId: options.runId,
    scenarioName: scenario.name,
    regions,
    executions,
    taurus: taurus?.taurus ?? null,
    flows,
    criteria: scenario.criteria,
    secrets: secretNamesIn({ flows, taurus: scenario.taurus, scripts: jmxTexts(files) }),
    threadsPerTask: scenario.threads,
    healthyThresholdPercent: scenario.healthyThresholdPercent,
    ...(scenario.taskSize === undefined ? {} : { taskSize: scenario.taskSize }),
    ...(scenario.spot === undefined ? {} : { spot: scenario.spot }),
    targets: { allow: allow === null ? null : [...allow] },
    durationSeconds,
    deadlineSeconds: endSecondsMax + gracefulStopSeconds + DELIVERY_SECONDS + (taurus === null ? 0 : TOOL_SECONDS),
    gracefulStopSeconds,
    segmentSeconds:
      options.segmentSeconds ?? segmentSecondsFor(durationSeconds, regions, options.segmentSecondsMin ?? 0),
    liveIntervalSeconds:
      options.liveIntervalSeconds === undefined
        ? liveIntervalSecondsFor(scenario.live, regions)
        : options.liveIntervalSeconds,
    controlPollMs: options.controlPollMs ?? CONTROL_POLL_MS,
    leaseSeconds: options.leaseSeconds ?? LEASE_SECONDS,
    timeouts: options.timeouts ?? processTimeouts,
  };
  return checked(plan);
}

/** Only JMeter's scripts name secrets: in the languages of the others the same text means something else. */
function jmxTexts({ scripts }: TaurusFiles): string[] {
  return [...scripts].flatMap(([path, text]) => (path.toLowerCase().endsWith('.jmx') ? [text] : []));
}

const SCRIPT_TARGETS: FieldProblem = {
  path: 'execution',
  message:
    'the administrator allows some targets only, and no script can be held to them: describe the load as requests for the native engine, or ask for the setting scriptsBesideAllowList',
};

/** When the load of the last execution ends (null: not known), and how long the last one waits for its beginning. */
function timesOf(
  executions: readonly PlannedExecution[],
  nowMs: number | null,
): Pick<TaurusPlanning, 'durationSeconds' | 'delaySecondsMax'> {
  const waits = executions.map((execution) => beginSeconds(execution, nowMs));
  const ends = executions.map(({ load }, i) => (load.endSeconds === null ? null : waits[i]! + load.endSeconds));
  return {
    durationSeconds: ends.reduce((last, end) => (last === null || end === null ? null : Math.max(last, end))),
    delaySecondsMax: Math.max(...waits),
  };
}

function gracefulStopSecondsOf(scenario: Scenario, flowNames: ReadonlySet<string>): number {
  let longest = 0;
  for (const name of flowNames) {
    for (const { timeoutSeconds } of requestsOf(scenario.flows[name]?.steps ?? [])) {
      longest = Math.max(longest, timeoutSeconds);
    }
  }
  return Math.min(GRACEFUL_STOP_SECONDS_MAX, longest);
}

function segmentSecondsFor(
  durationSeconds: number | null,
  regions: readonly PlannedRegion[],
  secondsMin: number,
): number {
  const tasks = regions.reduce((sum, region) => sum + region.tasks, 0);
  const wanted = Math.max((durationSeconds ?? 0) / SEGMENTS_WANTED_MAX, tasks / SEGMENTS_PER_SECOND_MAX, secondsMin);
  return SEGMENT_SECONDS.find((seconds) => seconds >= wanted) ?? SEGMENT_SECONDS[SEGMENT_SECONDS.length - 1]!;
}

function liveIntervalSecondsFor(live: boolean, regions: readonly PlannedRegion[]): number | null {
  const tasks = regions.reduce((sum, region) => sum + region.tasks, 0);
  return live ? Math.ceil(tasks / LIVE_WINDOWS_PER_SECOND_MAX) : null;
}

function problemsOf(scenario: Scenario, regions: readonly PlannedRegion[], nowMs: number | null): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const tasks = regions.reduce((sum, region) => sum + region.tasks, 0);
  if (regions.length < 1 || regions.length > limits.regionsMax) {
    problems.push({ path: 'loadstar.regions', message: `1 to ${limits.regionsMax} regions, not ${regions.length}` });
  }
  if (tasks > limits.tasksMax) {
    problems.push({ path: 'loadstar.regions', message: `at most ${limits.tasksMax} tasks in all, not ${tasks}` });
  }
  const users = scenario.executions.reduce((sum, { load }) => sum + (load.concurrency ?? 0), 0);
  if (users > limits.usersMax) {
    problems.push({
      path: 'execution',
      message: `at most ${limits.usersMax} users (concurrency) in all, not ${users}`,
    });
  }
  for (const [position, execution] of scenario.executions.entries()) {
    if (!Object.hasOwn(scenario.flows, execution.flow)) {
      problems.push({ path: `execution[${position}].scenario`, message: `no scenario is named '${execution.flow}'` });
    }
    problems.push(...timeProblems(execution, `execution[${position}]`, nowMs));
  }
  problems.push(...criterionProblems(scenario));
  return problems;
}

/** Criteria of one execution are judged by its flow's labels: these must say whose they are. */
function criterionProblems({ criteria, executions, flows }: Scenario): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const isAlone = executions.every(({ flow }) => flow === executions[0]?.flow);
  for (const name of new Set(criteria.flatMap(({ flow, label }) => (label === '' ? (flow ?? []) : [])))) {
    const flow = Object.hasOwn(flows, name) ? flows[name] : undefined;
    const position = executions.findIndex((execution) => execution.flow === name);
    const path = `execution[${Math.max(0, position)}].criteria`;
    if (flow === undefined || position < 0) {
      problems.push({ path, message: `no execution walks a scenario named '${name}'` });
      continue;
    }
    const label = isAlone ? null : labelWithoutText(flow);
    if (label === null) continue;
    const message = `samples of scenario '${name}' cannot be told from those of others, since its label '${label}' may be any text`;
    problems.push({
      path,
      message: `${message}: give that request a label of its own, or name a label in each criterion`,
    });
  }
  return problems;
}

function timeProblems(execution: Execution, path: string, nowMs: number | null): FieldProblem[] {
  const { delaySeconds, load, startAt } = execution;
  const problems: FieldProblem[] = [];
  const seconds = loadSeconds(load);
  const lasting = load.stages === null ? 'hold-for' : 'stages';
  const waitSeconds = beginSeconds({ delaySeconds, startAtMs: startAt === null ? null : Date.parse(startAt) }, nowMs);
  if (!(seconds <= limits.runSecondsMax)) {
    const parts = load.stages === null ? 'ramp-up and hold-for are' : 'all stages are';
    problems.push({
      path: `${path}.${lasting}`,
      message: `${parts} at most ${limits.runSecondsMax} s (30 days) together, not ${seconds} s`,
    });
  } else if (!(waitSeconds + seconds <= limits.runSecondsMax)) {
    const end = Math.round(waitSeconds + seconds);
    problems.push({
      path: `${path}.${startAt === null ? 'delay' : 'start-at'}`,
      message: `its load would end ${end} s after the run's beginning; at most ${limits.runSecondsMax} s (30 days) are possible`,
    });
  }
  if (load.model === 'open' && seconds === 0) {
    const rate = load.starts === 'requests' ? 'throughput' : 'arrival-rate';
    problems.push({ path: `${path}.${lasting}`, message: `with ${rate}, give hold-for or ramp-up, such as 1m` });
  } else if (load.stages !== null && seconds === 0) {
    problems.push({ path: `${path}.stages`, message: 'one of them must take some time, such as 1m' });
  }
  return problems;
}

/** What is written to a run folder is read back by the same schema: so options out of range are met here, not in every task. */
function checked(plan: Plan): Plan {
  const result = planSchema.safeParse(plan);
  if (result.success) return plan;
  const fields = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new LoadstarError('option_invalid', 'The plan of the run would not be valid.', { fields });
}
