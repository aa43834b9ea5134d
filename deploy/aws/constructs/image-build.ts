/** What builds of images have in common. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { LinuxArmBuildImage, LinuxBuildImage, type PipelineProject } from 'aws-cdk-lib/aws-codebuild';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/** Docker needs a privileged build. */
export function buildEnvironment(architecture: Settings['architecture']) {
  const buildImage =
    architecture === 'arm64' ? LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0 : LinuxBuildImage.AMAZON_LINUX_2023_5;
  return { buildImage, privileged: true };
}

export function buildLogs(scope: Construct, id: string, retention: number): LogGroup {
  return new LogGroup(scope, id, { retention, removalPolicy: RemovalPolicy.DESTROY });
}

export function suppressBuild(project: PipelineProject): void {
  NagSuppressions.addResourceSuppressions(
    project,
    [
      { id: 'AwsSolutions-CB3', reason: 'Images are built and pushed by Docker, which needs a privileged build.' },
      {
        id: 'AwsSolutions-CB4',
        reason: 'Its artifacts are images, which ECR encrypts, and sources in a bucket that is encrypted.',
      },
      {
        id: 'AwsSolutions-IAM5',
        reason: 'ECR gives its token for no repository in particular; log streams and reports are named by CodeBuild.',
      },
    ],
    true,
  );
}
