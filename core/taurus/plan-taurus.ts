/** The plan of what Taurus runs: the shape of each execution, from the load that the scenario sets or from the script. */
import type { FieldProblem } from '../errors.ts';
import { limits } from '../limits.ts';
import type { PlannedRegion } from '../plan/plan.ts';
import { usersCurve } from '../plan/plan-execution.ts';
import type { LoadProfile } from '../scenario/scenario.ts';
import { jmxProperties, settingsEnv } from './jmx-properties.ts';
import { inspectScript } from './scripts/inspect-script.ts';
import { factsOf, type ScriptFacts } from './scripts/script-facts.ts';
import { counted } from './scripts/words.ts';
import { segmentParts } from './task-share.ts';
import type { PlannedTaurus, ScriptShape } from './taurus-plan.ts';
import type { TaurusExecution, TaurusLoad, TaurusScenario } from './taurus-scenario.ts';

export interface TaurusFiles {
  /** Texts of scripts by their path below `files/`; one that is not there is planned as one of which nothing is known. */
  scripts: ReadonlyMap<string, string>;
  /** Paths of all files that tasks get. */
  paths: readonly string[];
}

export interface TaurusPlanning {
  taurus: PlannedTaurus;
  /** From go to the end of the last execution; null: not known. */
  durationSeconds: number | null;
  /** The longest wait before an execution's beginning. */
  delaySecondsMax: number;
  problems: FieldProblem[];
}

export function planTaurus(
  scenario: TaurusScenario,
  { scripts, paths }: TaurusFiles,
  regions: readonly PlannedRegion[],
): TaurusPlanning {
  const problems: FieldProblem[] = [];
  const executions = scenario.executions.map((execution, position) => {
    const facts = factsFor(scenario, execution, scripts);
    const path = `execution[${position}]`;
    problems.push(...factProblems(execution, facts, regions, path), ...missingFiles(facts, paths, path));
    return { ...execution, shape: execution.load === null ? facts.shape : shapeOf(execution.load, facts.threads) };
  });
  problems.push(...loadProblems(executions));
  const ends = executions.map(({ delaySeconds, shape: { durationSeconds } }) =>
    durationSeconds === null ? null : delaySeconds + durationSeconds,
  );
  return {
    taurus: { ...scenario, executions, taskFiles: [...paths] },
    durationSeconds: ends.reduce((last, end) => (last === null || end === null ? null : Math.max(last, end))),
    delaySecondsMax: Math.max(...executions.map(({ delaySeconds }) => delaySeconds)),
    problems,
  };
}

function factsFor(
  scenario: TaurusScenario,
  { executor, script, scenario: name, env }: TaurusExecution,
  scripts: ReadonlyMap<string, string>,
): ScriptFacts {
  const text = script === null ? undefined : scripts.get(script);
  if (script === null || text === undefined) return factsOf({});
  const known = executor === 'jmeter' ? jmxProperties(scenario, name) : { ...settingsEnv(scenario), ...env };
  return inspectScript(executor, script, text, known);
}

/** What a load of the scenario makes of the script's own threads. */
function shapeOf(load: TaurusLoad, threads: number | null): ScriptShape {
  const usersMax = load.concurrency ?? threads;
  const seconds = load.rampUpSeconds + load.holdForSeconds;
  const durationSeconds = seconds > 0 && !isUntilDone(load) ? seconds : null;
  const known = { unit: 'users' as const, durationSeconds, usersMax, parts: [partText(load, threads)] };
  if (usersMax === null || usersMax === 0) return { ...known, curve: null };
  const profile: LoadProfile = { model: 'closed', ...load, concurrency: usersMax, stages: null };
  return { ...known, curve: seconds > 0 ? usersCurve(profile, usersMax) : null };
}

/** A ramp-up alone ends no iterations. */
function isUntilDone({ iterations, holdForSeconds }: TaurusLoad): boolean {
  return iterations !== null && holdForSeconds === 0;
}

function partText(load: TaurusLoad, threads: number | null): string {
  const { concurrency, throughput, rampUpSeconds, steps, holdForSeconds, iterations } = load;
  const users = concurrency ?? threads;
  const words = [users === null ? 'the users of the script' : counted(users, 'user')];
  if (throughput !== null) words.push(`at most ${throughput} requests/s`);
  if (rampUpSeconds > 0)
    words.push(`ramp-up ${rampUpSeconds} s${steps === null ? '' : ` in ${counted(steps, 'step')}`}`);
  if (holdForSeconds > 0) words.push(`hold ${holdForSeconds} s`);
  if (iterations !== null) words.push(`${counted(iterations, 'iteration')} each`);
  return words.join(', ');
}

function factProblems(
  { executor, load }: TaurusExecution,
  facts: ScriptFacts,
  regions: readonly PlannedRegion[],
  path: string,
): FieldProblem[] {
  const problems = [...facts.problems];
  const tasks = regions.reduce((sum, region) => sum + region.tasks, 0);
  if (load === null && !facts.hasShape) {
    const message = 'is missing: the script does not say how many users there are, so that the scenario must';
    problems.push({ path: `${path}.concurrency`, message });
  }
  if (tasks > 1 && executor === 'jmeter') {
    for (const { message, always } of facts.indivisible) {
      if (always || load === null || load.concurrency === null) problems.push({ path: `${path}.script`, message });
    }
  }
  if (executor === 'k6' && load === null && segmentParts(regions) > limits.k6SegmentPartsMax) {
    const message = `k6 would have to divide its load into ${segmentParts(regions)} parts to share it exactly, more than ${limits.k6SegmentPartsMax}: give the regions simpler shares`;
    problems.push({ path: 'loadstar.regions', message });
  }
  return problems;
}

/** What a script opens by a fixed path and is not among the files that tasks get. */
function missingFiles({ dataFiles }: ScriptFacts, paths: readonly string[], path: string): FieldProblem[] {
  // Nothing is known of files where a document alone is looked at; what lies elsewhere may be there.
  if (paths.length === 0) return [];
  const missing = dataFiles.filter(
    (file) => !/^(\.\.\/|\/|\w+:)/.test(file) && !paths.includes(file.replace(/^(\.\/)+/, '')),
  );
  if (missing.length === 0) return [];
  const message = `it opens what is not among the files of the scenario: ${missing.slice(0, 5).join(', ')}`;
  return [{ path: `${path}.script`, message }];
}

function loadProblems(executions: PlannedTaurus['executions']): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const users = executions.reduce((sum, { shape }) => sum + (shape.usersMax ?? 0), 0);
  if (users > limits.usersMax) {
    problems.push({ path: 'execution', message: `at most ${limits.usersMax} users in all, not ${users}` });
  }
  for (const [position, { delaySeconds, shape }] of executions.entries()) {
    const seconds = delaySeconds + (shape.durationSeconds ?? 0);
    if (seconds <= limits.runSecondsMax) continue;
    const message = `its load would end ${seconds} s after the run's beginning; at most ${limits.runSecondsMax} s (30 days) are possible`;
    problems.push({ path: `execution[${position}]`, message });
  }
  return problems;
}
