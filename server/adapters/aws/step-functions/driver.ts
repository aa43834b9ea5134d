/** Drives runs by executions of the state machine in `layout/state-machine.ts`, which call the Lambda of ticks and wait in between. */
import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Driver } from '../../../ports/driver.ts';
import type { ExecutionInput } from '../layout/state-machine.ts';

/**
 * An execution is named after its run. One of that name that is under way makes starting it again do nothing; one that has ended (and gone on in
 * another one, or with the run) lets it be refused, which is as well. Nobody can wake an execution that waits: tasks obey `control.json` at once,
 * and the run notices when its wait is over, half a minute at most.
 */
export function createStepFunctionsDriver({
  client,
  stateMachineArn,
}: {
  client: Pick<SFNClient, 'send'>;
  stateMachineArn: string;
}): Driver {
  return {
    async drive(runId) {
      const input: ExecutionInput = { runId, ticks: 0, continuation: 0 };
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name: runId, input: JSON.stringify(input) }));
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
    },

    async wake() {},
  };
}
