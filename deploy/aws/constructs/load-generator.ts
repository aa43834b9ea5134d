/** What a region makes load with: a cluster, the definition of a task, the log that tasks print to. */
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import {
  AwsLogDriverMode,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
  UlimitName,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import { LOG_STREAM_PREFIX } from '../../../server/adapters/aws/layout/live.ts';
import type { DeploymentNames } from '../names.ts';
import type { Settings } from '../settings.ts';
import type { Network } from './network.ts';
import type { TaskImage } from './task-image.ts';

export const CONTAINER_NAME = 'task';

/** A connection is a file; Fargate allows a task no more. */
const OPEN_FILES_MAX = 1_048_576;
/** Lines that wait for CloudWatch: with more the log loses lines, and the task never waits for it. */
const LOG_BUFFER_MB = 16;
/** All that the image writes to. */
const WORK_FOLDER = '/work';

export interface LoadGeneratorProps {
  settings: Settings;
  names: DeploymentNames;
  network: Network;
  image: TaskImage;
}

export class LoadGenerator extends Construct {
  readonly cluster: Cluster;
  readonly taskDefinition: FargateTaskDefinition;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: LoadGeneratorProps) {
    super(scope, id);
    const { names, network, settings } = props;
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      removalPolicy: settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.cluster = new Cluster(this, 'Cluster', {
      clusterName: names.cluster,
      vpc: network.vpc,
      enableFargateCapacityProviders: true,
      containerInsightsV2: ContainerInsights.DISABLED,
    });
    NagSuppressions.addResourceSuppressions(this.cluster, [
      {
        id: 'AwsSolutions-ECS4',
        reason:
          'Each task tells its CPU, memory and lateness in its results; Container Insights bills every task for it once more.',
      },
    ]);
    this.taskDefinition = this.task(props);
  }

  private task({ image, names, settings }: LoadGeneratorProps): FargateTaskDefinition {
    const assumedBy = new ServicePrincipal('ecs-tasks.amazonaws.com');
    const executionRole = new Role(this, 'ExecutionRole', { assumedBy, path: names.taskRolePath });
    const statements = [
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
      ...image.statements,
    ];
    for (const statement of statements) executionRole.addToPolicy(statement);
    NagSuppressions.addResourceSuppressions(
      executionRole,
      [
        {
          id: 'AwsSolutions-IAM5',
          reason: 'ECR gives its token for no repository in particular; log streams are made as tasks start.',
        },
      ],
      true,
    );
    const definition = new FargateTaskDefinition(this, 'Task', {
      family: names.taskFamily,
      cpu: settings.taskVcpu * 1024,
      memoryLimitMiB: settings.taskMemoryMb,
      ...(settings.taskStorageGb !== undefined && { ephemeralStorageGiB: settings.taskStorageGb }),
      runtimePlatform: {
        operatingSystemFamily: OperatingSystemFamily.LINUX,
        cpuArchitecture: settings.architecture === 'arm64' ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
      },
      executionRole,
      // It may do nothing: a task asks the API for credentials of its own run.
      taskRole: new Role(this, 'TaskRole', { assumedBy, path: names.taskRolePath }),
      volumes: [{ name: 'work' }],
    });
    this.container(definition, image.uri);
    return definition;
  }

  /** Where its run is and which task it is, each is told when it is started. */
  private container(definition: FargateTaskDefinition, imageUri: string): void {
    const container = definition.addContainer(CONTAINER_NAME, {
      containerName: CONTAINER_NAME,
      image: ContainerImage.fromRegistry(imageUri),
      // As long as Fargate waits: results are delivered meanwhile.
      stopTimeout: Duration.seconds(120),
      readonlyRootFilesystem: true,
      ulimits: [{ name: UlimitName.NOFILE, softLimit: OPEN_FILES_MAX, hardLimit: OPEN_FILES_MAX }],
      logging: LogDrivers.awsLogs({
        logGroup: this.logGroup,
        streamPrefix: LOG_STREAM_PREFIX,
        mode: AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: Size.mebibytes(LOG_BUFFER_MB),
      }),
    });
    container.addMountPoints({ containerPath: WORK_FOLDER, sourceVolume: 'work', readOnly: false });
  }
}
