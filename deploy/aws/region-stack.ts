/** A region that makes load: a network, a cluster, a task definition, the way of live data to the main region. It registers itself there. */
import { Aws, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { FilterPattern, LogGroup, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import type { Construct } from 'constructs';
import { windowLinesPattern } from '../../server/adapters/aws/layout/live.ts';
import { Alarms } from './constructs/alarms.ts';
import { Functions } from './constructs/functions.ts';
import { copyImageHere } from './constructs/image-copy.ts';
import { CONTAINER_NAME, LoadGenerator } from './constructs/load-generator.ts';
import { Network } from './constructs/network.ts';
import { parameterOf } from './constructs/remote-value.ts';
import { builtImage, givenImage, imageRepository } from './constructs/task-image.ts';
import { tidyCustomResources } from './custom-resources.ts';
import { namesOf, regionStackName } from './names.ts';
import { namedArns } from './resource-arns.ts';
import type { Settings } from './settings.ts';
import { deploymentVersion } from './version.ts';

export interface RegionStackProps {
  settings: Settings;
  region: string;
}

export class RegionStack extends Stack {
  readonly functions: Functions;
  readonly loadGenerator: LoadGenerator;
  readonly registration: CustomResource;

  constructor(scope: Construct, id: string, { region, settings }: RegionStackProps) {
    super(scope, id, {
      stackName: regionStackName(settings.name),
      env: { region },
      description: `Loadstar: makes load in ${region}`,
    });
    const names = namesOf(settings.name);
    const { mainRegion } = settings;
    const logGroup = new LogGroup(this, 'DeploymentLogs', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const ofMain = (valueId: string, name: string): string => parameterOf(this, valueId, name, mainRegion, logGroup);
    const recordsTable = ofMain('RecordsTable', names.recordsTableParameter);

    const network = new Network(this, 'Network', settings, settings.networks[region]);
    const image = settings.imageUri === undefined ? builtImage(names) : givenImage(settings.imageUri, region);
    if (settings.imageUri === undefined && region !== mainRegion) {
      copyImageHere(imageRepository(this, names), { names, mainRegion, logGroup });
    }
    this.loadGenerator = new LoadGenerator(this, 'LoadGenerator', { settings, names, network, image });
    this.functions = new Functions(this, 'Functions', {
      stack: 'region',
      values: { mainRegion, recordsTable, iotHost: ofMain('IotHost', names.iotHostParameter) },
      arns: {
        ...namedArns(names, mainRegion),
        recordsTable: [`arn:${Aws.PARTITION}:dynamodb:${mainRegion}:${Aws.ACCOUNT_ID}:table/${recordsTable}`],
      },
      logRetentionDays: settings.logRetentionDays,
      keepLogs: settings.keepData,
      key: undefined,
      dataKeyArn: settings.kmsKeyArn,
    });
    this.tellLive();
    this.registration = this.register(network, settings, region);
    new Alarms(this, 'Alarms', settings).watchFunctions(this.functions);
    tidyCustomResources(this, logGroup);
  }

  private tellLive(): void {
    const { lambda } = this.functions.get('livePublisher');
    // A minute later nobody wants to see it any more.
    lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new SubscriptionFilter(this, 'Windows', {
      logGroup: this.loadGenerator.logGroup,
      destination: new LambdaDestination(lambda),
      filterPattern: FilterPattern.literal(windowLinesPattern),
    });
  }

  /** What the main stack knows of the region from now on; it forgets it when this stack goes. */
  private register(network: Network, settings: Settings, region: string): CustomResource {
    const { cluster, logGroup, taskDefinition } = this.loadGenerator;
    const registration = new CustomResource(this, 'Registration', {
      resourceType: 'Custom::LoadstarRegion',
      serviceToken: this.functions.get('registerRegion').lambda.functionArn,
      properties: {
        region,
        clusterArn: cluster.clusterArn,
        taskDefinitionArn: taskDefinition.taskDefinitionArn,
        containerName: CONTAINER_NAME,
        subnetIds: network.subnets.map(({ subnetId }) => subnetId),
        securityGroupIds: [network.securityGroup.securityGroupId],
        assignPublicIp: network.hasPublicAddresses,
        logGroupName: logGroup.logGroupName,
        cpuArchitecture: settings.architecture === 'arm64' ? 'ARM64' : 'X86_64',
        vcpuPerTask: settings.taskVcpu,
        memoryMbPerTask: settings.taskMemoryMb,
        tasksMax: settings.tasksMax,
        spot: settings.spot,
        version: deploymentVersion(),
      },
    });
    // Its role must be complete when it is called, and may not go before it was called for the last time.
    registration.node.addDependency(this.functions.get('registerRegion'), network);
    return registration;
  }
}
