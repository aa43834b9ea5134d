/** Calls of AWS that the deployment itself makes: values that another stack wrote down in another region, and the host of IoT Core. */
import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';

/** The value of a parameter of Systems Manager, in whichever region it is. */
export function parameterOf(scope: Construct, id: string, name: string, region: string, logGroup: ILogGroup): string {
  const read = {
    service: 'SSM',
    action: 'getParameter',
    region,
    parameters: { Name: name },
    physicalResourceId: PhysicalResourceId.of(name),
  };
  const arn = `arn:${Aws.PARTITION}:ssm:${region}:${Aws.ACCOUNT_ID}:parameter${name}`;
  const resource = new AwsCustomResource(scope, id, {
    resourceType: 'Custom::ParameterOfMainStack',
    onCreate: read,
    onUpdate: read,
    policy: AwsCustomResourcePolicy.fromStatements([
      new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [arn] }),
    ]),
    installLatestAwsSdk: false,
    logGroup,
  });
  return resource.getResponseField('Parameter.Value');
}

/** Host of the data endpoint of IoT Core: one for each account and region. */
export function iotHostOf(scope: Construct, logGroup: ILogGroup): string {
  const ask = {
    service: 'Iot',
    action: 'describeEndpoint',
    parameters: { endpointType: 'iot:Data-ATS' },
    physicalResourceId: PhysicalResourceId.of('iot-data-endpoint'),
  };
  const resource = new AwsCustomResource(scope, 'IotEndpoint', {
    resourceType: 'Custom::IotEndpoint',
    onCreate: ask,
    onUpdate: ask,
    policy: AwsCustomResourcePolicy.fromStatements([
      new PolicyStatement({ actions: ['iot:DescribeEndpoint'], resources: ['*'] }),
    ]),
    installLatestAwsSdk: false,
    logGroup,
  });
  NagSuppressions.addResourceSuppressions(
    resource,
    [{ id: 'AwsSolutions-IAM5', reason: 'AWS offers no resource to name for iot:DescribeEndpoint.' }],
    true,
  );
  return resource.getResponseField('endpointAddress');
}
