/** All stacks of a deployment: the main one, and one for each region that makes load. */
import { App, type AppProps, Tags } from 'aws-cdk-lib';
import type { LoadstarExtension } from './extensions/extension.ts';
import { MainStack } from './main-stack.ts';
import { regionStackName } from './names.ts';
import { RegionStack } from './region-stack.ts';
import type { Settings } from './settings.ts';

export interface Deployment {
  main: MainStack;
  /** By region. */
  regions: ReadonlyMap<string, RegionStack>;
}

/** How CDK is to behave where it asks: as it would in a new project. */
const featureFlags = {
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-s3:createDefaultLoggingPolicy': true,
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/aws-s3:publicAccessBlockedByDefault': true,
  '@aws-cdk/aws-codepipeline:crossAccountKeysDefaultValueToFalse': true,
  '@aws-cdk/aws-codepipeline:defaultPipelineTypeToV2': true,
  '@aws-cdk/aws-apigateway:authorizerChangeDeploymentLogicalId': true,
  '@aws-cdk/aws-apigateway:disableCloudWatchRole': true,
  '@aws-cdk/core:explicitStackTags': true,
};

export function createApp(props: AppProps = {}): App {
  return new App({ analyticsReporting: false, ...props, context: { ...featureFlags, ...props.context } });
}

/** Their account stays open: they are deployed to the one that the CLI has credentials of. */
export function addDeployment(app: App, settings: Settings, extensions: readonly LoadstarExtension[] = []): Deployment {
  const main = new MainStack(app, settings.name, { settings, extensions });
  const regions = new Map<string, RegionStack>();
  for (const region of settings.regions) {
    const stack = new RegionStack(app, `${regionStackName(settings.name)}-${region}`, { settings, region });
    // It reads what the main stack writes down.
    stack.addStackDependency(main);
    regions.set(region, stack);
  }
  Tags.of(app).add('loadstar:deployment', settings.name);
  return { main, regions };
}
