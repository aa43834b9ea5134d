/** Live data for browsers: who may connect to the account's IoT Core, and read which topics, is found out by a Lambda. */
import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnAuthorizer } from 'aws-cdk-lib/aws-iot';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface LiveDataProps {
  authorizerName: string;
  liveAuthorizer: IFunction;
}

export class LiveData extends Construct {
  constructor(scope: Construct, id: string, { authorizerName, liveAuthorizer }: LiveDataProps) {
    super(scope, id);
    new CfnAuthorizer(this, 'Authorizer', {
      authorizerName,
      authorizerFunctionArn: liveAuthorizer.functionArn,
      status: 'ACTIVE',
      // The password is a token that is signed itself.
      signingDisabled: true,
      enableCachingForHttp: false,
    });
    liveAuthorizer.addPermission('IotCore', {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: Stack.of(this).formatArn({
        service: 'iot',
        resource: 'authorizer',
        resourceName: authorizerName,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    });
  }
}
