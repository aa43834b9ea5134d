/** How runs get under way: the queue, whoever takes from it, the state machine that drives them. */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import { runQueue } from '../../../server/adapters/aws/layout/run-queue.ts';
import { stateMachineDefinition } from '../../../server/adapters/aws/layout/state-machine.ts';
import type { DeploymentNames } from '../names.ts';
import type { Settings } from '../settings.ts';
import type { Functions } from './functions.ts';

/** Runs that wait their turn, in order; what nobody could take lies in the other one. */
export class RunQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, key: IKey | undefined) {
    super(scope, id);
    const common = {
      fifo: true,
      enforceSSL: true,
      retentionPeriod: Duration.days(runQueue.retentionDays),
      ...(key === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
    };
    this.deadLetters = new Queue(this, 'NotTaken', common);
    this.queue = new Queue(this, 'Runs', {
      ...common,
      visibilityTimeout: Duration.seconds(runQueue.visibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: runQueue.deliveriesMax },
    });
  }
}

export interface RunningProps {
  settings: Settings;
  key: IKey | undefined;
  functions: Functions;
  runs: RunQueue;
  names: DeploymentNames;
  /** Of its name: the functions that the machine calls are told of it before it is there. */
  stateMachineArn: string;
}

export class Running extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: RunningProps) {
    super(scope, id);
    const taskRunner = props.functions.get('taskRunner');
    const consumer = new EventSourceMapping(this, 'Consumer', {
      target: taskRunner.lambda,
      eventSourceArn: props.runs.queue.queueArn,
      batchSize: 1,
      reportBatchItemFailures: true,
    });
    consumer.node.addDependency(taskRunner.role);
    this.stateMachine = this.machine(props);
  }

  private machine({ functions, key, names, settings, stateMachineArn }: RunningProps): StateMachine {
    const logGroup = new LogGroup(this, 'Logs', {
      // Step Functions writes to groups of this name without a policy for each.
      logGroupName: `/aws/vendedlogs/states/${names.stateMachine}`,
      retention: settings.logRetentionDays,
      // A group of this name that stayed would be in the way of the next deployment.
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key !== undefined && { encryptionKey: key }),
    });
    const tick = functions.get('tick').lambda;
    const consolidate = functions.get('consolidate').lambda;
    const definition = stateMachineDefinition({ tick: tick.functionArn, consolidate: consolidate.functionArn });
    const machine = new StateMachine(this, 'Machine', {
      stateMachineName: names.stateMachine,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(this.toText(definition)),
      tracingEnabled: true,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    tick.grantInvoke(machine);
    consolidate.grantInvoke(machine);
    // Long runs go on in an execution of their own.
    machine.addToRolePolicy(new PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn] }));
    NagSuppressions.addResourceSuppressions(
      machine,
      [
        {
          id: 'AwsSolutions-IAM5',
          reason: 'Versions of the two Lambdas; and what delivers logs and traces, for which AWS names no resources.',
        },
      ],
      true,
    );
    return machine;
  }

  private toText(definition: object): string {
    return Stack.of(this).toJsonString(definition);
  }
}
