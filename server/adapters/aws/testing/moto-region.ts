/** What a region's stack would have made, in moto: cluster, task definition, log group, and the network that every account has. */
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateClusterCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { emulatorCredentials } from '../../../../tools/emulators/emulator.ts';
import type { RegionRecord } from '../ecs/region-records.ts';

export interface MotoRegionOptions {
  motoUrl: string;
  /** As the region is called; moto knows it as `awsRegion`. */
  name: string;
  awsRegion: string;
  /** Tells apart what several tests make. */
  suffix: string;
  tasksMax: number;
  stopTimeoutSeconds: number;
}

export async function makeMotoRegion(options: MotoRegionOptions): Promise<RegionRecord> {
  const { motoUrl, name, awsRegion, suffix, tasksMax, stopTimeoutSeconds } = options;
  const settings = { endpoint: motoUrl, region: awsRegion, credentials: emulatorCredentials };
  const ecs = new ECSClient(settings);
  const logs = new CloudWatchLogsClient(settings);
  const containerName = 'worker';
  const logGroupName = `/loadstar/tasks-${suffix}`;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName: `loadstar-${suffix}` }));
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: `loadstar-${suffix}`,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '2048',
      memory: '4096',
      containerDefinitions: [
        {
          name: containerName,
          image: 'loadstar/worker:latest',
          memory: 4096,
          essential: true,
          stopTimeout: stopTimeoutSeconds,
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': logGroupName, 'awslogs-region': awsRegion, 'awslogs-stream-prefix': 'task' },
          },
        },
      ],
    }),
  );
  const [subnetId = ''] = await motoNetwork(motoUrl, awsRegion, 'DescribeSubnets', 'subnetId');
  const [groupId = ''] = await motoNetwork(motoUrl, awsRegion, 'DescribeSecurityGroups', 'groupId');
  ecs.destroy();
  logs.destroy();
  return {
    region: name,
    clusterArn: cluster?.clusterArn ?? '',
    taskDefinitionArn: taskDefinition?.taskDefinitionArn ?? '',
    containerName,
    subnetIds: [subnetId],
    securityGroupIds: [groupId],
    assignPublicIp: true,
    logGroupName,
    cpuArchitecture: 'ARM64',
    vcpuPerTask: 2,
    memoryMbPerTask: 4096,
    tasksMax,
    spot: false,
    version: '0.0.0',
    registeredAtMs: 0,
    stackId: `stack-${suffix}`,
  };
}

/** What EC2 has by default, such as `subnetId` of `DescribeSubnets`; there is no client of EC2 among our packages. */
export async function motoNetwork(motoUrl: string, region: string, action: string, element: string): Promise<string[]> {
  const response = await fetch(motoUrl, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=loadstar/20260101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ Action: action, Version: '2016-11-15' }).toString(),
  });
  const text = await response.text();
  return [...text.matchAll(new RegExp(`<${element}>([^<]+)</${element}>`, 'g'))].map(([, id = '']) => id);
}
