/**
 * What each Lambda may do, beside writing its own log and its trace. A test walks every call that a bundle can make and fails when a row lacks it, or
 * holds more. Wildcards among the resources, and why, are in `resource-arns.ts`.
 */
import type { LambdaName } from '../../server/adapters/aws/layout/functions.ts';
import type { ResourceArns, ResourceName } from './resource-arns.ts';

type Conditions = Record<string, Record<string, string | readonly string[]>>;

export interface Permission {
  actions: readonly string[];
  on: readonly ResourceName[];
  onlyIf?: (arns: ResourceArns) => Conditions;
  /** AWS does it with the function's role, no call of its code: a queue that is read for it. */
  byService?: true;
}

const read = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'] as const;
const write = [
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:ConditionCheckItem',
] as const;
const inCluster = (arns: ResourceArns): Conditions => ({ ArnLike: { 'ecs:cluster': [...(arns.clusters ?? [])] } });

const settings: readonly Permission[] = [
  { actions: ['secretsmanager:GetSecretValue'], on: ['signingKey'] },
  { actions: ['ssm:GetParameter'], on: ['publicUrlParameter'] },
];
const objects: readonly Permission[] = [
  { actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], on: ['objects'] },
  { actions: ['s3:ListBucket'], on: ['bucket'] },
];
const lookAtTasks: readonly Permission[] = [
  { actions: ['ecs:ListTasks'], on: ['anything'], onlyIf: inCluster },
  { actions: ['ecs:DescribeTasks'], on: ['tasks'] },
];
const capacity: readonly Permission[] = [
  ...lookAtTasks,
  { actions: ['servicequotas:GetServiceQuota'], on: ['anything'] },
];
const knowUsers: readonly Permission[] = [
  { actions: [...read, ...write], on: ['recordsTable'] },
  { actions: ['cognito-idp:AdminGetUser', 'cognito-idp:AdminListGroupsForUser'], on: ['userPool'] },
];
const driving: readonly Permission[] = [
  { actions: [...read, ...write], on: ['scenariosTable', 'runsTable', 'taskResultsTable', 'recordsTable'] },
  ...objects,
  ...settings,
  ...lookAtTasks,
  { actions: ['ecs:RunTask'], on: ['taskDefinitions'], onlyIf: inCluster },
  { actions: ['ecs:TagResource'], on: ['tasks'], onlyIf: () => ({ StringEquals: { 'ecs:CreateAction': 'RunTask' } }) },
  { actions: ['ecs:StopTask'], on: ['tasks'] },
  {
    actions: ['iam:PassRole'],
    on: ['taskRoles'],
    onlyIf: () => ({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }),
  },
  { actions: ['logs:GetLogEvents'], on: ['taskLogs'] },
];

export const permissions: Readonly<Record<LambdaName, readonly Permission[]>> = {
  api: [
    { actions: [...read, ...write], on: ['scenariosTable', 'runsTable', 'taskResultsTable', 'recordsTable'] },
    ...objects,
    ...settings,
    ...capacity,
    { actions: ['logs:GetLogEvents', 'logs:FilterLogEvents'], on: ['taskLogs'] },
    { actions: ['cloudwatch:GetMetricWidgetImage'], on: ['anything'] },
    { actions: ['sqs:SendMessage'], on: ['runQueue'] },
    { actions: ['kms:GenerateDataKey', 'kms:Decrypt'], on: ['secretsKey'] },
    { actions: ['sts:AssumeRole'], on: ['taskAccessRole'] },
    {
      actions: [
        'cognito-idp:AdminGetUser',
        'cognito-idp:AdminListGroupsForUser',
        'cognito-idp:AdminCreateUser',
        'cognito-idp:AdminDeleteUser',
        'cognito-idp:AdminUpdateUserAttributes',
        'cognito-idp:AdminEnableUser',
        'cognito-idp:AdminDisableUser',
        'cognito-idp:AdminUserGlobalSignOut',
        'cognito-idp:AdminAddUserToGroup',
        'cognito-idp:AdminRemoveUserFromGroup',
        'cognito-idp:AdminResetUserPassword',
        'cognito-idp:ListUsers',
      ],
      on: ['userPool'],
    },
  ],
  authorizer: knowUsers,
  liveAuthorizer: knowUsers,
  taskRunner: [
    { actions: [...read, ...write], on: ['scenariosTable', 'runsTable', 'taskResultsTable', 'recordsTable'] },
    ...objects,
    ...settings,
    ...capacity,
    { actions: ['sqs:SendMessage', 'sqs:ChangeMessageVisibility'], on: ['runQueue'] },
    {
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      on: ['runQueue'],
      byService: true,
    },
    { actions: ['states:StartExecution'], on: ['stateMachine'] },
  ],
  tick: driving,
  consolidate: driving,
  resultsParser: [
    { actions: [...read, ...write], on: ['runsTable', 'taskResultsTable'] },
    { actions: ['s3:GetObject'], on: ['runFolders'] },
    { actions: ['s3:ListBucket'], on: ['bucket'] },
  ],
  orphanCleanup: [
    { actions: ['dynamodb:GetItem'], on: ['runsTable'] },
    { actions: ['dynamodb:Query'], on: ['recordsTable'] },
    ...lookAtTasks,
    { actions: ['ecs:StopTask'], on: ['tasks'] },
  ],
  registerRegion: [{ actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'], on: ['recordsTable'] }],
  livePublisher: [{ actions: ['iot:Publish'], on: ['liveTopics'] }],
};
