/** The Lambdas: what each is for, where its handler lies, what it is told. The deployment, the bundles and the tests are made of this table. */
import type { EnvironmentSetting } from './environment.ts';

export interface LambdaFunction {
  /** For people. */
  purpose: string;
  /** Its handler is exported as `handler` by `server/main/aws/<entry>.ts`. */
  entry: string;
  /** The main stack's, or one in each region that makes load. */
  stack: 'main' | 'region';
  environment: readonly EnvironmentSetting[];
  memoryMb: number;
  timeoutSeconds: number;
}

const stores = ['mainRegion', 'scenariosTable', 'runsTable', 'taskResultsTable', 'recordsTable', 'bucket'] as const;
/** What starting and driving a run takes. */
const running = [...stores, 'secretsKeyArn', 'signingKeyArn', 'publicUrlParameter'] as const;
/** What a tick takes. Secrets of scenarios are none of its business: tasks ask the API for them. */
const ticking = [...stores, 'signingKeyArn', 'publicUrlParameter'] as const;
const identity = ['userPoolId', 'consoleClientId', 'cliClientId'] as const;

export const lambdaFunctions = {
  api: {
    purpose: 'answers the REST API',
    entry: 'api',
    stack: 'main',
    environment: [
      'version',
      ...running,
      ...identity,
      'runQueueUrl',
      'stateMachineArn',
      'signInHost',
      'taskAccessRoleArn',
      'bucketKeyArn',
      'iotHost',
      'iotAuthorizer',
      'targetAllowList',
    ],
    memoryMb: 1024,
    timeoutSeconds: 29,
  },
  authorizer: {
    purpose: "finds out who sends a request: the user pool's tokens, personal API tokens",
    entry: 'authorizer',
    stack: 'main',
    environment: ['mainRegion', 'recordsTable', ...identity],
    memoryMb: 256,
    timeoutSeconds: 10,
  },
  taskRunner: {
    purpose: 'takes runs from the queue when their regions have room, and starts driving them',
    entry: 'task-runner',
    stack: 'main',
    environment: ['mainRegion', 'runsTable', 'recordsTable', 'bucket', 'runQueueUrl', 'stateMachineArn'],
    memoryMb: 512,
    timeoutSeconds: 60,
  },
  tick: {
    purpose: 'one turn of a run: looks, decides, notes, acts',
    entry: 'tick',
    stack: 'main',
    environment: ticking,
    // It uses a seventh of it: from here on a Lambda has a whole CPU, which folding the series of many tasks takes.
    memoryMb: 1769,
    timeoutSeconds: 120,
  },
  consolidate: {
    purpose: 'the turns of a run in which its report is made: the same, with more memory and time',
    entry: 'tick',
    stack: 'main',
    environment: ticking,
    memoryMb: 3008,
    timeoutSeconds: 900,
  },
  resultsParser: {
    purpose: "turns a task's result that landed in the bucket into its row",
    entry: 'results-parser',
    stack: 'main',
    environment: stores,
    memoryMb: 512,
    timeoutSeconds: 60,
  },
  orphanCleanup: {
    purpose: 'stops tasks that no live run has',
    entry: 'orphan-cleanup',
    stack: 'main',
    environment: ['mainRegion', 'runsTable', 'recordsTable', 'bucket'],
    memoryMb: 256,
    timeoutSeconds: 300,
  },
  retention: {
    purpose: 'deletes runs and artifacts that are kept no longer',
    entry: 'retention',
    stack: 'main',
    environment: [...stores, 'keepDays', 'keepArtifactsDays'],
    memoryMb: 512,
    timeoutSeconds: 900,
  },
  liveAuthorizer: {
    purpose: 'lets viewers of live data in to the topics of IoT Core that they may read',
    entry: 'live-authorizer',
    stack: 'main',
    environment: ['mainRegion', 'recordsTable', ...identity],
    memoryMb: 256,
    // IoT Core waits no longer.
    timeoutSeconds: 5,
  },
  registerRegion: {
    purpose: 'makes a region known to the main stack, and forgets it when it goes (custom resource)',
    entry: 'register-region',
    stack: 'region',
    environment: ['mainRegion', 'recordsTable'],
    memoryMb: 256,
    timeoutSeconds: 60,
  },
  livePublisher: {
    purpose: "merges the windows of a region's task logs and publishes them to the run's topic in the main region",
    entry: 'live-publisher',
    stack: 'region',
    environment: ['mainRegion', 'iotHost'],
    memoryMb: 512,
    timeoutSeconds: 30,
  },
} as const satisfies Record<string, LambdaFunction>;

export type LambdaName = keyof typeof lambdaFunctions;
