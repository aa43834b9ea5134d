import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { emulatorCredentials, emulatorRegion } from '../../../../tools/emulators/emulator.ts';
import { startMoto } from '../../../../tools/emulators/moto.ts';
import { needs } from '../../../../tools/needs.ts';
import { driverContract } from '../../../ports/driver.contract.ts';
import type { TickOutcome } from '../../../ports/driver.ts';
import { stateMachineDefinition } from '../layout/state-machine.ts';
import { STATE_MACHINE_ARN, StateMachineService } from '../testing/state-machine-service.ts';
import { createStepFunctionsDriver } from './driver.ts';
import { readTickEvent, tickAnswer } from './tick-events.ts';

const arns = {
  tick: 'arn:aws:lambda:eu-west-1:123456789012:function:tick',
  consolidate: 'arn:aws:lambda:eu-west-1:123456789012:function:consolidate',
};

driverContract('Step Functions driver', (tick) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const startMs = Date.now();
  const service = new StateMachineService({
    definition: stateMachineDefinition(arns),
    async invoke(_functionArn, event) {
      const input = readTickEvent(event);
      if ('giveUp' in input) return {};
      let outcome: TickOutcome;
      try {
        outcome = await tick(input.runId);
      } catch (error) {
        // A Lambda fails with an error, whatever was thrown.
        throw error instanceof Error ? error : new Error(String(error));
      }
      return tickAnswer(input, outcome, 'running');
    },
  });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    driver: createStepFunctionsDriver({ client: service.client as never, stateMachineArn: STATE_MACHINE_ARN }),
    async advance(milliseconds) {
      for (let i = 0; i < 5; i++) await settle();
      const untilMs = Date.now() + milliseconds;
      await vi.advanceTimersByTimeAsync(0);
      while (Date.now() < untilMs) {
        await vi.advanceTimersByTimeAsync(Math.min(500, untilMs - Date.now()));
        await settle();
      }
    },
    now: () => Date.now() - startMs,
    async end() {
      await service.stop();
      vi.useRealTimers();
    },
  };
});

describe('the Step Functions driver', () => {
  it('starts one execution for each run at the service', async (context) => {
    needs(context, 'moto');
    const { url, stop } = await startMoto();
    onTestFinished(stop);
    const client = new SFNClient({ endpoint: url, region: emulatorRegion, credentials: emulatorCredentials });
    const { stateMachineArn = '' } = await client.send(
      new CreateStateMachineCommand({
        name: 'runs',
        definition: JSON.stringify(stateMachineDefinition(arns)),
        roleArn: 'arn:aws:iam::123456789012:role/runs',
      }),
    );
    const driver = createStepFunctionsDriver({ client, stateMachineArn });
    const executions = async () => (await client.send(new ListExecutionsCommand({ stateMachineArn }))).executions ?? [];
    await Promise.all([driver.drive('run-1'), driver.drive('run-2'), driver.drive('run-1')]);
    await driver.drive('run-1');
    expect((await executions()).map(({ name }) => name).toSorted()).toEqual(['run-1', 'run-2']);
    for (const { executionArn } of await executions()) await client.send(new StopExecutionCommand({ executionArn }));
    await driver.drive('run-1');
    expect(await executions()).toHaveLength(2);
  });

  it('says when a run could not be handed over', async () => {
    const client = { send: () => Promise.reject(new Error('no such state machine')) };
    const driver = createStepFunctionsDriver({ client: client as never, stateMachineArn: STATE_MACHINE_ARN });
    await expect(driver.drive('run-1')).rejects.toThrow('no such state machine');
  });
});
