/** What permissions are about, by name, and the one table of the wildcards among their ARNs with why they must be. */
import { Aws } from 'aws-cdk-lib';
import { liveTopic } from '../../core/live/live-message.ts';
import type { DeploymentNames } from './names.ts';

/** Wildcards, each with its reason; null: the ARN names one resource alone. */
const wildcards = {
  scenariosTable: 'A table permission covers its indexes.',
  runsTable: 'A table permission covers its indexes.',
  taskResultsTable: null,
  recordsTable: null,
  bucket: null,
  objects: 'Objects are made and named as users go.',
  runFolders: 'Each run has a folder of objects of its own.',
  rowObjects: 'Large rows are objects named at random.',
  runQueue: null,
  stateMachine: null,
  userPool: null,
  secretsKey: null,
  signingKey: null,
  publicUrlParameter: null,
  taskAccessRole: null,
  clusters:
    'Regions register themselves after the main stack was made: the region is open, the name of the cluster is not.',
  taskDefinitions:
    'Regions register themselves, and each change of a task definition is a new revision: the family is not open.',
  tasks: 'Tasks are named by ECS as they start, in regions that register themselves: the cluster is not open.',
  taskRoles:
    "Roles of tasks are made by regions' stacks: their path is not open, nor the service that they are handed to.",
  taskLogs:
    "Tasks' log groups are made by regions' stacks, and streams as tasks start: how the group's name begins is not open.",
  liveTopics: 'Each run has a topic of its own, for each region.',
  anything: 'AWS offers no resource to name for these actions (ecs:ListTasks is held to the cluster by a condition).',
} as const;

export type ResourceName = keyof typeof wildcards;

/** Those that a stack knows. */
export type ResourceArns = Readonly<Partial<Record<ResourceName, readonly string[]>>>;

/** Why the resource's ARN has a wildcard; null when it has none. */
export function wildcardsOf(resource: ResourceName): string | null {
  return wildcards[resource];
}

const arnOf = (service: string, resource: string, region: string = Aws.REGION): string =>
  `arn:${Aws.PARTITION}:${service}:${region}:${Aws.ACCOUNT_ID}:${resource}`;

/** Known by its name before it is made: the Lambdas that it calls are told of it. */
export function stateMachineArn(names: DeploymentNames, mainRegion: string): string {
  return arnOf('states', `stateMachine:${names.stateMachine}`, mainRegion);
}

/** What is known by its name alone. */
export function namedArns(names: DeploymentNames, mainRegion: string) {
  return {
    stateMachine: [stateMachineArn(names, mainRegion)],
    publicUrlParameter: [arnOf('ssm', `parameter${names.publicUrlParameter}`, mainRegion)],
    clusters: [arnOf('ecs', `cluster/${names.cluster}`, '*')],
    taskDefinitions: [arnOf('ecs', `task-definition/${names.taskFamily}:*`, '*')],
    tasks: [arnOf('ecs', `task/${names.cluster}/*`, '*')],
    taskRoles: [`arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role${names.taskRolePath}*`],
    taskLogs: [arnOf('logs', `log-group:${names.taskLogs}*`, '*')],
    liveTopics: [arnOf('iot', `topic/${liveTopic('*', Aws.REGION)}`, mainRegion)],
    anything: ['*'],
  } satisfies ResourceArns;
}

export function tableArns(arn: string): readonly string[] {
  return [arn, `${arn}/index/*`];
}
