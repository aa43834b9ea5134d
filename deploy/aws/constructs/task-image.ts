/** The image of a region's tasks: a copy of the one that the deployment builds, or one that is given. */
import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { Repository, TagMutability } from 'aws-cdk-lib/aws-ecr';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type DeploymentNames, IMAGE_TAG } from '../names.ts';

export interface TaskImage {
  uri: string;
  /** What pulling it takes. */
  statements: readonly PolicyStatement[];
}

/** `123456789012.dkr.ecr.eu-west-1.amazonaws.com/load/generator:1` */
const repositoryUri = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;

/** An image that somebody keeps, here or anywhere; `{region}` in its address stands for the region. */
export function givenImage(address: string, region: string): TaskImage {
  const uri = address.replaceAll('{region}', region);
  const [, account, inRegion, name] = repositoryUri.exec(uri) ?? [];
  if (name === undefined) return { uri, statements: [] };
  return { uri, statements: pulling(`arn:${Aws.PARTITION}:ecr:${inRegion}:${account}:repository/${name}`) };
}

/** The one that the pipeline of the main stack builds, and copies to each region. */
export function builtImage(names: DeploymentNames): TaskImage {
  const repository = `${Aws.ACCOUNT_ID}.dkr.ecr.${Aws.REGION}.${Aws.URL_SUFFIX}/${names.imageRepository}`;
  return {
    uri: `${repository}:${IMAGE_TAG}`,
    statements: pulling(`arn:${Aws.PARTITION}:ecr:${Aws.REGION}:${Aws.ACCOUNT_ID}:repository/${names.imageRepository}`),
  };
}

function pulling(repositoryArn: string): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    new PolicyStatement({
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [repositoryArn],
    }),
  ];
}

/** Where copies of the image are kept in a region; what no tag names any more goes. */
export function imageRepository(scope: Construct, names: DeploymentNames): Repository {
  return new Repository(scope, 'Images', {
    repositoryName: names.imageRepository,
    imageScanOnPush: true,
    imageTagMutability: TagMutability.MUTABLE,
    lifecycleRules: [{ description: 'The last images before the current one', maxImageCount: 5 }],
    // It can be built again at any time.
    emptyOnDelete: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
