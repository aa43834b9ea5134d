/**
 * Step Functions in memory, as far as driving takes it: an interpreter of the states language under the rules that the service has for the names of
 * executions. Time is that of the process: tests that move it fake timers.
 */
import { ExecutionAlreadyExists, StartExecutionCommand, type StartExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { ExecutionError, type RunOptions, StateMachine } from 'aws-local-stepfunctions';
import { type StateMachineDefinition, stateNames } from '../layout/state-machine.ts';

export interface StateMachineServiceOptions {
  definition: StateMachineDefinition;
  /** The Lambda of this ARN, called with this event. What it throws is what the Lambda has failed with. */
  invoke(functionArn: string, event: unknown): Promise<unknown>;
}

export interface Execution {
  name: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  /** Names of the states that it entered, in order. */
  states: string[];
  /** Events that its history would hold in Step Functions. */
  events: number;
  error: string | null;
}

type Handlers = NonNullable<NonNullable<RunOptions['overrides']>['taskResourceLocalHandlers']>;

export const STATE_MACHINE_ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:runs';

export class StateMachineService {
  /** By name, in the order of their start. */
  readonly executions = new Map<string, Execution>();
  readonly #options: StateMachineServiceOptions;
  readonly #machine: StateMachine;
  readonly #inputs = new Map<string, string>();
  readonly #aborts = new Set<() => void>();
  readonly #ends = new Set<Promise<void>>();

  constructor(options: StateMachineServiceOptions) {
    this.#options = options;
    this.#machine = new StateMachine(options.definition as never);
  }

  /** What a client of the service sends; a name that is taken is refused unless the same execution is still under way. */
  readonly client = {
    send: async (command: unknown): Promise<StartExecutionCommandOutput> => {
      if (!(command instanceof StartExecutionCommand)) throw new Error('Only executions can be started here.');
      const { name = '', input = '{}', stateMachineArn } = command.input;
      if (stateMachineArn !== STATE_MACHINE_ARN) throw new Error(`There is no state machine ${stateMachineArn}.`);
      this.start(name, input);
      return { executionArn: `${STATE_MACHINE_ARN}:${name}`, startDate: new Date(), $metadata: {} };
    },
  };

  start(name: string, input: string): void {
    const known = this.executions.get(name);
    if (known !== undefined) {
      if (known.status === 'RUNNING' && this.#inputs.get(name) === input) return;
      throw new ExecutionAlreadyExists({ message: `${name} exists already`, $metadata: {} });
    }
    const execution: Execution = { name, status: 'RUNNING', states: [], events: 2, error: null };
    this.executions.set(name, execution);
    this.#inputs.set(name, input);
    const end = this.#run(execution, input).finally(() => this.#ends.delete(end));
    this.#ends.add(end);
  }

  /** Breaks off all executions. */
  async stop(): Promise<void> {
    for (const abort of this.#aborts) abort();
    await Promise.all(this.#ends);
  }

  async #run(execution: Execution, input: string): Promise<void> {
    const { result, abort, eventLogs } = this.#machine.run(JSON.parse(input), {
      overrides: { taskResourceLocalHandlers: this.#handlers() },
      context: { Execution: { Name: execution.name }, StateMachine: { Id: STATE_MACHINE_ARN } } as never,
      noThrowOnAbort: true,
    });
    this.#aborts.add(abort);
    const note = (async () => {
      for await (const event of eventLogs) {
        if (!('state' in event)) continue;
        if (event.type === 'StateEntered') execution.states.push(event.state.name);
        if (event.type === 'StateEntered' || event.type === 'StateExited') execution.events++;
        // A Lambda is scheduled and started, and succeeds or fails.
        const isTry = event.type === 'StateEntered' || event.type === 'StateRetried';
        if (event.state.type === 'Task' && isTry) execution.events += 3;
      }
    })();
    try {
      await result;
      execution.status = 'SUCCEEDED';
    } catch (error) {
      execution.status = 'FAILED';
      execution.error = error instanceof ExecutionError ? error.message : String(error);
    } finally {
      this.#aborts.delete(abort);
      await note;
    }
  }

  #handlers(): Handlers {
    const states = Object.entries(this.#options.definition.States).filter(([, { Type }]) => Type === 'Task');
    return Object.fromEntries(
      states.map(([name, { Resource }]) => [
        name,
        name === stateNames.goOn
          ? ({ Name, Input }: { Name: string; Input: unknown }) => this.#startNext(Name, Input)
          : (event: unknown) => this.#options.invoke(String(Resource), event),
      ]),
    ) as Handlers;
  }

  async #startNext(name: string, input: unknown): Promise<unknown> {
    try {
      this.start(name, JSON.stringify(input));
      return { ExecutionArn: `${STATE_MACHINE_ARN}:${name}` };
    } catch (error) {
      const failure = error as Error;
      failure.name = `StepFunctions.${failure.name}Exception`;
      throw failure;
    }
  }
}
