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

const table = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
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
/** What the launcher needs where it starts nothing: room and tasks of regions, and what a task said last. */
const lookAtRegions: readonly Permission[] = [
  ...lookAtTasks,
  { actions: ['servicequotas:GetServiceQuota', 'servicequotas:GetAWSDefaultServiceQuota'], on: ['anything'] },
];
/** Rows that are too large for an item lie in the bucket. */
const largeRows: readonly Permission[] = [
  { actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], on: ['rowObjects'] },
  { actions: ['s3:ListBucket'], on: ['bucket'] },
];
const knowUsers: readonly Permission[] = [
  { actions: [...table], on: ['recordsTable'] },
  { actions: ['cognito-idp:AdminGetUser', 'cognito-idp:AdminListGroupsForUser'], on: ['userPool'] },
];
const driving: readonly Permission[] = [
  { actions: [...table], on: ['runsTable', 'taskResultsTable', 'recordsTable'] },
  ...objects,
  ...settings,
  ...lookAtRegions,
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
    { actions: [...table], on: ['scenariosTable', 'runsTable', 'taskResultsTable', 'recordsTable'] },
    ...objects,
    ...settings,
    ...lookAtRegions,
    { actions: ['logs:GetLogEvents', 'logs:FilterLogEvents'], on: ['taskLogs'] },
    { actions: ['cloudwatch:GetMetricWidgetImage'], on: ['anything'] },
    { actions: ['sqs:SendMessage'], on: ['runQueue'] },
    { actions: ['states:StartExecution'], on: ['stateMachine'] },
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
    { actions: [...table], on: ['runsTable', 'recordsTable'] },
    ...largeRows,
    ...lookAtRegions,
    { actions: ['logs:GetLogEvents'], on: ['taskLogs'] },
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
    { actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'], on: ['runsTable'] },
    { actions: [...table], on: ['taskResultsTable'] },
    // One that cannot be read is marked as damaged there.
    { actions: ['s3:GetObject', 's3:PutObject'], on: ['runFolders'] },
    ...largeRows,
  ],
  orphanCleanup: [
    { actions: ['dynamodb:GetItem', 'dynamodb:Query'], on: ['runsTable', 'recordsTable'] },
    { actions: ['s3:GetObject'], on: ['rowObjects'] },
    { actions: ['s3:ListBucket'], on: ['bucket'] },
    ...lookAtTasks,
    { actions: ['ecs:StopTask'], on: ['tasks'] },
  ],
  retention: [{ actions: [...table], on: ['runsTable', 'taskResultsTable', 'recordsTable'] }, ...objects],
  registerRegion: [{ actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'], on: ['recordsTable'] }],
  livePublisher: [{ actions: ['iot:Publish'], on: ['liveTopics'] }],
};
