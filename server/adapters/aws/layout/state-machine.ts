/**
 * The state machine that drives a run on Step Functions, in Amazon States Language, made of the phases of the run's own state machine:
 *
 *     (start) -> provisioning -> [next?] -> wait in <phase> -> <phase> -> [next?] ...        one tick a round
 *                                   |-> go on in a new execution -> ended                    after so many ticks
 *                                   `-> ended                                                the run is final
 *     any tick that keeps failing -> give up the run -> not driven (failed: somebody is told)
 *
 * Each phase has a state of its own, so that Step Functions shows how far a run is. What a tick does is decided by the row alone: the names of the
 * states decide nothing but which of the two Lambdas is called.
 *
 * Format: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */
import { finalPhases, type Phase, phases } from '../../../../core/run/run.ts';
import { lambdaFunctions } from './functions.ts';

/** What an execution begins with. */
export interface ExecutionInput {
  runId: string;
  /** Ticks of this execution by now. */
  ticks: number;
  /** How many executions the run had before this one. */
  continuation: number;
}

/** What the Lambdas of a tick answer: the input of the next one. */
export interface TickAnswer extends ExecutionInput {
  /** Of a run that is gone: `failed`. */
  phase: Phase;
  final: boolean;
  /** Whole seconds until the next tick. */
  waitSeconds: number;
}

/** What the same Lambda is called with when ticks keep failing: it ends the run, whatever becomes of its report. */
export interface GiveUpInput {
  runId: string;
  giveUp: { error: string; cause: string };
}

/**
 * Events that Step Functions allows an execution to have, and those of a tick: each of its three states is entered and left, and a Lambda that
 * answers is scheduled, started and succeeds. A failed try is scheduled, started and fails.
 */
export const historyEventsMax = 25_000;
export const historyEvents = { perTick: 9, perFailedTry: 3 } as const;

/** Even if each of them came through with its last try, an execution stays below the limit: 400 x (9 + 14 x 3) = 20,400. */
export const ticksPerExecutionMax = 400;

/** Waits of 2, 4, 8, 16, 32, 60, 60 ... s: some ten minutes, after which tasks have ended by themselves for want of a lease. */
export const tickRetries = { IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 60, MaxAttempts: 14 } as const;

/** Up to a quarter of an hour between two tries, for ten days: until then somebody has mended what keeps failing. */
const giveUpRetries = { IntervalSeconds: 5, BackoffRate: 2, MaxDelaySeconds: 900, MaxAttempts: 1_000 } as const;

/** The Lambda's own limit comes first: this one is for a service that does not answer. */
const TIMEOUT_MARGIN_SECONDS = 10;

const ALREADY_EXISTS = 'StepFunctions.ExecutionAlreadyExistsException';

export const stateNames = {
  tick: (phase: Phase): string => phase,
  wait: (phase: Phase): string => `wait in ${phase}`,
  next: 'next?',
  goOn: 'go on in a new execution',
  giveUp: 'give up the run',
  notDriven: 'not driven',
  ended: 'ended',
} as const;

type State = Readonly<Record<string, unknown>>;

export interface StateMachineDefinition {
  Comment: string;
  StartAt: string;
  States: Readonly<Record<string, State>>;
}

/** The whole definition. The ARNs may be tokens that the deployment resolves. */
export function stateMachineDefinition(functionArns: { tick: string; consolidate: string }): StateMachineDefinition {
  const livePhases = phases.filter((phase) => !finalPhases.has(phase));
  const States: Record<string, State> = {};
  for (const phase of livePhases) {
    States[stateNames.tick(phase)] = tickState(functionArns, phase);
    States[stateNames.wait(phase)] = { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: stateNames.tick(phase) };
  }
  States[stateNames.next] = nextState(livePhases);
  States[stateNames.goOn] = goOnState();
  States[stateNames.giveUp] = giveUpState(functionArns.tick);
  States[stateNames.notDriven] = {
    Type: 'Fail',
    Error: 'Loadstar.RunNotDriven',
    Cause:
      'Ticks of the run kept failing, and it was given up; its tasks ended at the latest when their lease ran out.',
  };
  States[stateNames.ended] = { Type: 'Succeed' };
  // Only the row knows the phase: any state of a tick will do to begin with, and a run that is taken from the queue is here.
  return { Comment: 'Drives one run of Loadstar', StartAt: stateNames.tick('provisioning'), States };
}

function tickState(functionArns: { tick: string; consolidate: string }, phase: Phase): State {
  const name = phase === 'parsing results' ? 'consolidate' : 'tick';
  return {
    Type: 'Task',
    Resource: functionArns[name],
    TimeoutSeconds: lambdaFunctions[name].timeoutSeconds + TIMEOUT_MARGIN_SECONDS,
    Retry: [{ ErrorEquals: ['States.ALL'], ...tickRetries }],
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: stateNames.giveUp }],
    Next: stateNames.next,
  };
}

function nextState(livePhases: readonly Phase[]): State {
  return {
    Type: 'Choice',
    Choices: [
      { Variable: '$.final', BooleanEquals: true, Next: stateNames.ended },
      { Variable: '$.ticks', NumericGreaterThanEquals: ticksPerExecutionMax, Next: stateNames.goOn },
      ...livePhases.map((phase) => ({ Variable: '$.phase', StringEquals: phase, Next: stateNames.wait(phase) })),
    ],
    Default: stateNames.notDriven,
  };
}

/** Named after the run and the number of executions before it, so that trying again starts nothing twice. */
function goOnState(): State {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution',
    Parameters: {
      'StateMachineArn.$': '$$.StateMachine.Id',
      'Name.$': "States.Format('{}-{}', $.runId, States.MathAdd($.continuation, 1))",
      Input: { 'runId.$': '$.runId', ticks: 0, 'continuation.$': 'States.MathAdd($.continuation, 1)' },
    },
    Retry: [
      { ErrorEquals: [ALREADY_EXISTS], MaxAttempts: 0 },
      { ErrorEquals: ['States.ALL'], ...tickRetries },
    ],
    Catch: [
      // It was started by a try whose answer was lost, and has ended since.
      { ErrorEquals: [ALREADY_EXISTS], Next: stateNames.ended },
      { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: stateNames.giveUp },
    ],
    Next: stateNames.ended,
  };
}

function giveUpState(tickFunctionArn: string): State {
  return {
    Type: 'Task',
    Resource: tickFunctionArn,
    Parameters: { 'runId.$': '$.runId', giveUp: { 'error.$': '$.failure.Error', 'cause.$': '$.failure.Cause' } },
    TimeoutSeconds: lambdaFunctions.tick.timeoutSeconds + TIMEOUT_MARGIN_SECONDS,
    Retry: [{ ErrorEquals: ['States.ALL'], ...giveUpRetries }],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: stateNames.notDriven }],
    Next: stateNames.notDriven,
  };
}
