/**
 * Builds the image of the load generator: from Loadstar's own source, which the deployment puts into a bucket, and a Dockerfile of the user's own on top
 * (`custom.zip`). It runs at the first deployment, and whenever one of both is replaced; then the image is copied to the other regions.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, Duration, IgnoreMode } from 'aws-cdk-lib';
import { BuildSpec, PipelineProject } from 'aws-cdk-lib/aws-codebuild';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction, S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import { Rule } from 'aws-cdk-lib/aws-events';
import { CodePipeline } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import { type DeploymentNames, IMAGE_TAG } from '../names.ts';
import type { Settings } from '../settings.ts';
import { privateBucket } from './buckets.ts';
import { buildEnvironment, buildLogs, suppressBuild } from './image-build.ts';
import { imageCopyProject } from './image-copy.ts';
import { imageRepository } from './task-image.ts';

/** Keys of the two sources in the bucket. */
const LOADSTAR_SOURCE = 'loadstar.zip';
export const CUSTOM_SOURCE = 'custom.zip';

const root = join(import.meta.dirname, '..', '..', '..');
/** What `deploy/image/Dockerfile` copies and runs; tests are left out. */
const sourceFolders = ['core', 'worker', 'engines', 'server', 'cli', 'practice-target', 'examples', 'scripts'];
const excluded = [
  '/*',
  ...sourceFolders.map((folder) => `!/${folder}`),
  '!/package.json',
  '!/package-lock.json',
  '!/deploy',
  '/deploy/*',
  '!/deploy/image',
  '**/*.test.ts',
  '**/fixtures',
  '/server/main/aws',
];

export interface ImagePipelineProps {
  settings: Settings;
  names: DeploymentNames;
  accessLogs: IBucket;
  /** Of the calls that the deployment itself makes. */
  logGroup: ILogGroup;
}

export class ImagePipeline extends Construct {
  /** Where users put `custom.zip`. */
  readonly sources: IBucket;
  readonly pipeline: Pipeline;

  constructor(scope: Construct, id: string, props: ImagePipelineProps) {
    super(scope, id);
    const { accessLogs, logGroup, names, settings } = props;
    this.sources = privateBucket(this, 'Sources', {
      keep: false,
      versioned: true,
      eventBridgeEnabled: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'image-sources/',
      lifecycleRules: [
        { noncurrentVersionExpiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    const loadstar = this.put(
      LOADSTAR_SOURCE,
      { path: root, exclude: excluded, ignoreMode: IgnoreMode.GIT },
      logGroup,
      true,
    );
    // Once: what a user has put there since stays.
    const custom = this.put(CUSTOM_SOURCE, { path: join(root, 'deploy', 'image', 'custom') }, logGroup, false);
    const repository = imageRepository(this, names);
    this.pipeline = this.pipelineOf(repository, settings, names);
    // It runs when it is made, and needs both by then.
    this.pipeline.node.addDependency(loadstar, custom);
    this.runAgainWhenReplaced();
  }

  /** Copies what the CLI uploaded to a place of a name that stays. */
  private put(
    key: string,
    source: { path: string; exclude?: string[]; ignoreMode?: IgnoreMode },
    logGroup: ILogGroup,
    isRenewed: boolean,
  ): AwsCustomResource {
    const asset = new Asset(this, `Asset-${key}`, source);
    const copy = {
      service: 'S3',
      action: 'copyObject',
      parameters: {
        Bucket: this.sources.bucketName,
        Key: key,
        CopySource: `${asset.s3BucketName}/${asset.s3ObjectKey}`,
      },
      physicalResourceId: PhysicalResourceId.of(key),
    };
    return new AwsCustomResource(this, `Put-${key}`, {
      resourceType: 'Custom::ImageSource',
      onCreate: copy,
      ...(isRenewed && { onUpdate: copy }),
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: ['s3:GetObject'], resources: [asset.bucket.arnForObjects(asset.s3ObjectKey)] }),
        new PolicyStatement({ actions: ['s3:PutObject'], resources: [this.sources.arnForObjects(key)] }),
      ]),
      installLatestAwsSdk: false,
      logGroup,
    });
  }

  private pipelineOf(repository: Repository, settings: Settings, names: DeploymentNames): Pipeline {
    const loadstar = new Artifact('Loadstar');
    const custom = new Artifact('Custom');
    const source = (actionName: string, bucketKey: string, output: Artifact) =>
      new S3SourceAction({ actionName, bucket: this.sources, bucketKey, output, trigger: S3Trigger.NONE });
    const build = this.buildProject(repository, settings);
    const copy = imageCopyProject(this, repository, { settings, names });
    const pipeline = new Pipeline(this, 'Pipeline', {
      pipelineType: PipelineType.V2,
      artifactBucket: this.sources,
      restartExecutionOnUpdate: false,
      stages: [
        {
          stageName: 'Source',
          actions: [source('Loadstar', LOADSTAR_SOURCE, loadstar), source('Custom', CUSTOM_SOURCE, custom)],
        },
        {
          stageName: 'Build',
          actions: [
            new CodeBuildAction({ actionName: 'Build', project: build, input: loadstar, extraInputs: [custom] }),
          ],
        },
        { stageName: 'Copy', actions: [new CodeBuildAction({ actionName: 'Copy', project: copy, input: custom })] },
      ],
    });
    NagSuppressions.addResourceSuppressions(
      pipeline,
      [
        {
          id: 'AwsSolutions-IAM5',
          reason: 'Artifacts of the pipeline are named by CodePipeline, in a bucket of its own.',
        },
      ],
      true,
    );
    return pipeline;
  }

  private buildProject(repository: Repository, { architecture, logRetentionDays }: Settings): PipelineProject {
    const project = new PipelineProject(this, 'Build', {
      description: 'Builds the image of the load generator of Loadstar',
      environment: buildEnvironment(architecture),
      environmentVariables: {
        REPOSITORY: { value: repository.repositoryUri },
        REGISTRY: { value: `${Aws.ACCOUNT_ID}.dkr.ecr.${Aws.REGION}.${Aws.URL_SUFFIX}` },
      },
      timeout: Duration.hours(1),
      logging: { cloudWatch: { logGroup: buildLogs(this, 'BuildLogs', logRetentionDays) } },
      buildSpec: BuildSpec.fromObject({
        version: '0.2',
        phases: {
          pre_build: {
            commands: ['aws ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"'],
          },
          build: {
            commands: [
              `docker build -f deploy/image/Dockerfile --target full -t loadstar:full ${mirrors} .`,
              `docker build -t "$REPOSITORY:${IMAGE_TAG}" "$CODEBUILD_SRC_DIR_Custom"`,
            ],
          },
          post_build: {
            commands: ['test "$CODEBUILD_BUILD_SUCCEEDING" = 1', `docker push "$REPOSITORY:${IMAGE_TAG}"`],
          },
        },
      }),
    });
    repository.grantPullPush(project);
    suppressBuild(project);
    return project;
  }

  private runAgainWhenReplaced(): void {
    const rule = new Rule(this, 'Replaced', {
      description: 'A source of the image was replaced',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [this.sources.bucketName] }, object: { key: [LOADSTAR_SOURCE, CUSTOM_SOURCE] } },
      },
    });
    rule.addTarget(new CodePipeline(this.pipeline));
  }
}

const dockerfile = readFileSync(join(root, 'deploy', 'image', 'Dockerfile'), 'utf8');
/** Its bases as Amazon's public registry has them, which does not count what an address pulls. */
const mirrors = [...dockerfile.matchAll(/^ARG (\w*BASE)=(\S+)$/gm)]
  .map(([, name, image]) => `--build-arg ${name}=public.ecr.aws/docker/library/${image}`)
  .join(' ');
