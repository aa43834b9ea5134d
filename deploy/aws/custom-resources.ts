/** What CDK brings along for the deployment itself: small Lambdas that call AWS when a stack changes. They log where the rest does. */
import { Aspects, CfnResource, type IAspect, type Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { NagSuppressions } from 'cdk-nag';
import type { IConstruct } from 'constructs';

const LAMBDA = 'AWS::Lambda::Function';

/** Such a function would get a log group by itself, which never ends and stays when the stack goes. */
class LogsIn implements IAspect {
  readonly #logGroup: LogGroup;

  constructor(logGroup: LogGroup) {
    this.#logGroup = logGroup;
  }

  visit(node: IConstruct): void {
    if (!(node instanceof CfnResource) || node.cfnResourceType !== LAMBDA) return;
    if (node instanceof CfnFunction && node.loggingConfig !== undefined) return;
    node.addPropertyOverride('LoggingConfig.LogGroup', this.#logGroup.logGroupName);
  }
}

/** Names of CDK's own constructs, of which there is one for a stack. */
const ofCdk = /\/(AWS679f53fac002430cb0da5b7982bd2287|Custom::[A-Za-z]+|BucketNotificationsHandler[0-9a-f]+)/;

export function tidyCustomResources(stack: Stack, logGroup: LogGroup): void {
  Aspects.of(stack).add(new LogsIn(logGroup));
  for (const node of stack.node.findAll()) {
    if (!(node instanceof CfnResource) || !ofCdk.test(`/${node.node.path}`)) continue;
    NagSuppressions.addResourceSuppressions(node, [
      {
        id: 'AwsSolutions-L1',
        reason: "CDK's own Lambda, with the runtime that CDK tests it on; it runs when the stack changes.",
      },
      { id: 'AwsSolutions-IAM4', reason: "CDK's own Lambda: its role is the one that AWS keeps for writing logs." },
      {
        id: 'AwsSolutions-IAM5',
        reason:
          "CDK's own Lambda: it writes files of a bucket that it is told of, or asks what AWS offers no resource for.",
      },
    ]);
  }
}
