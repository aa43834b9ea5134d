/** Copies of the image in other regions: tasks start sooner from a registry beside them, and its bytes cross the world once. */
import { Aws, Duration, Names, Stack } from 'aws-cdk-lib';
import { BuildSpec, PipelineProject } from 'aws-cdk-lib/aws-codebuild';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { type DeploymentNames, IMAGE_TAG } from '../names.ts';
import type { Settings } from '../settings.ts';
import { buildEnvironment, buildLogs, suppressBuild } from './image-build.ts';

const registryOf = (region: string): string => `$ACCOUNT.dkr.ecr.${region}.$SUFFIX`;
const logIn = (region: string): string =>
  `aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin "${registryOf(region)}"`;

/** In the main region. Regions whose stack is not there yet, and an image that was not built yet, are for the next time. */
export function imageCopyProject(
  scope: Construct,
  repository: Repository,
  { names, settings }: { settings: Settings; names: DeploymentNames },
): PipelineProject {
  const others = settings.regions.filter((region) => region !== settings.mainRegion);
  const source = `${registryOf('$AWS_REGION')}/$NAME:${IMAGE_TAG}`;
  const copy = `${registryOf('$region')}/$NAME:${IMAGE_TAG}`;
  const project = new PipelineProject(scope, 'Copy', {
    projectName: names.imageCopyProject,
    description: 'Copies the image of the load generator to the other regions of Loadstar',
    environment: buildEnvironment(settings.architecture),
    environmentVariables: {
      ACCOUNT: { value: Aws.ACCOUNT_ID },
      SUFFIX: { value: Aws.URL_SUFFIX },
      NAME: { value: names.imageRepository },
      REGIONS: { value: others.join(' ') },
    },
    timeout: Duration.minutes(30),
    logging: { cloudWatch: { logGroup: buildLogs(scope, 'CopyLogs', settings.logRetentionDays) } },
    buildSpec: BuildSpec.fromObject({
      version: '0.2',
      phases: {
        build: {
          commands: [
            [
              'set -e',
              'if [ -z "$REGIONS" ]; then exit 0; fi',
              logIn('$AWS_REGION'),
              `docker pull "${source}" || exit 0`,
              'for region in $REGIONS; do',
              '  aws ecr describe-repositories --region "$region" --repository-names "$NAME" >/dev/null || continue',
              `  ${logIn('$region')}`,
              `  docker tag "${source}" "${copy}"`,
              `  docker push "${copy}"`,
              'done',
            ].join('\n'),
          ],
        },
      },
    }),
  });
  repository.grantPull(project);
  if (others.length > 0) project.addToRolePolicy(pushing(others, names));
  suppressBuild(project);
  return project;
}

function pushing(regions: readonly string[], names: DeploymentNames): PolicyStatement {
  return new PolicyStatement({
    actions: [
      'ecr:BatchCheckLayerAvailability',
      'ecr:CompleteLayerUpload',
      'ecr:DescribeRepositories',
      'ecr:InitiateLayerUpload',
      'ecr:PutImage',
      'ecr:UploadLayerPart',
    ],
    resources: regions.map(
      (region) => `arn:${Aws.PARTITION}:ecr:${region}:${Aws.ACCOUNT_ID}:repository/${names.imageRepository}`,
    ),
  });
}

export interface CopyProps {
  names: DeploymentNames;
  mainRegion: string;
  logGroup: ILogGroup;
}

/** Asks for a copy now that a region has a place for it. */
export function copyImageHere(repository: Repository, { logGroup, mainRegion, names }: CopyProps): void {
  const arn = `arn:${Aws.PARTITION}:codebuild:${mainRegion}:${Aws.ACCOUNT_ID}:project/${names.imageCopyProject}`;
  const copy = new AwsCustomResource(Stack.of(repository), 'ImageCopy', {
    resourceType: 'Custom::ImageCopy',
    onCreate: {
      service: 'CodeBuild',
      action: 'startBuild',
      region: mainRegion,
      parameters: {
        projectName: names.imageCopyProject,
        sourceTypeOverride: 'NO_SOURCE',
        artifactsOverride: { type: 'NO_ARTIFACTS' },
      },
      physicalResourceId: PhysicalResourceId.of(Names.uniqueId(repository)),
    },
    policy: AwsCustomResourcePolicy.fromStatements([
      new PolicyStatement({ actions: ['codebuild:StartBuild'], resources: [arn] }),
    ]),
    installLatestAwsSdk: false,
    logGroup,
  });
  copy.node.addDependency(repository);
}
