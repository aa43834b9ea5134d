/** The role of those who keep the deployment running: they see how it is, and mend what is stuck. They need a second factor to take it. */
import { CfnOutput } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import type { Functions } from './functions.ts';
import type { Identity } from './identity.ts';
import { keyUse } from './key-use.ts';
import type { Running, RunQueue } from './running.ts';

export interface OperatorRoleProps {
  functions: Functions;
  identity: Identity;
  runs: RunQueue;
  running: Running;
  stateMachineArn: string;
  /** Of a customer's, which messages of the queues are under. */
  dataKeyArn: string | undefined;
  /** Where `custom.zip` is put; null when the image is given. */
  imageSources: IBucket | null;
}

export class OperatorRole extends Construct {
  constructor(scope: Construct, id: string, props: OperatorRoleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'Administrators of Loadstar: its logs, runs, queues, users and image',
      assumedBy: new AccountRootPrincipal().withConditions({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    });
    for (const statement of statements(props)) role.addToPolicy(statement);
    NagSuppressions.addResourceSuppressions(
      role,
      [
        {
          id: 'AwsSolutions-IAM5',
          reason:
            'Reading metrics, alarms and traces has no resource to name; executions, log streams and objects are made as runs go.',
        },
      ],
      true,
    );
    new CfnOutput(scope, 'OperatorRoleArn', { value: role.roleArn, description: 'Role of those who keep it running' });
  }
}

function statements({
  dataKeyArn,
  functions,
  identity,
  imageSources,
  runs,
  running,
  stateMachineArn,
}: OperatorRoleProps): PolicyStatement[] {
  const { deadLetters, queue } = runs;
  const executions = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:*`;
  const logs = functions.all().map(({ lambda }) => lambda.logGroup.logGroupArn);
  const found = [
    new PolicyStatement({
      actions: [
        'cloudwatch:GetDashboard',
        'cloudwatch:GetMetricData',
        'cloudwatch:ListMetrics',
        'cloudwatch:DescribeAlarms',
        'logs:DescribeLogGroups',
        'logs:DescribeQueryDefinitions',
        'logs:GetQueryResults',
        'xray:BatchGetTraces',
        'xray:GetTraceSummaries',
      ],
      resources: ['*'],
    }),
    new PolicyStatement({
      actions: ['logs:StartQuery', 'logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:DescribeLogStreams'],
      resources: logs,
    }),
    new PolicyStatement({
      actions: ['states:DescribeStateMachine', 'states:ListExecutions', 'states:StartExecution'],
      resources: [running.stateMachine.stateMachineArn],
    }),
    new PolicyStatement({
      actions: [
        'states:DescribeExecution',
        'states:GetExecutionHistory',
        'states:StopExecution',
        'states:RedriveExecution',
      ],
      resources: [executions],
    }),
    new PolicyStatement({
      actions: [
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
        'sqs:StartMessageMoveTask',
        'sqs:ListMessageMoveTasks',
        'sqs:DeleteMessage',
        'sqs:SendMessage',
      ],
      resources: [queue.queueArn, deadLetters.queueArn],
    }),
    new PolicyStatement({
      actions: [
        'cognito-idp:AdminAddUserToGroup',
        'cognito-idp:AdminCreateUser',
        'cognito-idp:AdminDisableUser',
        'cognito-idp:AdminGetUser',
        'cognito-idp:AdminResetUserPassword',
        'cognito-idp:ListUsers',
      ],
      resources: [identity.userPool.userPoolArn],
    }),
  ];
  if (dataKeyArn !== undefined) found.push(keyUse(dataKeyArn, ['kms:Decrypt', 'kms:GenerateDataKey'], ['sqs']));
  if (imageSources !== null) {
    found.push(
      new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [imageSources.arnForObjects('*')] }),
    );
  }
  return found;
}
