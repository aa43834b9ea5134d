import { AuthorizationType, LambdaIntegration } from 'aws-cdk-lib/aws-apigateway';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import type { Api } from '../constructs/api.ts';
import type { ExtensionPlatform, LoadstarExtension } from './extension.ts';

/** Lets each extension add itself, in a construct of its own. */
export function addExtensions(
  scope: Construct,
  extensions: readonly LoadstarExtension[],
  api: Api,
  platform: Omit<ExtensionPlatform, 'route'>,
): void {
  for (const extension of extensions) {
    const root = api.restApi.root.resourceForPath(`api/extensions/${extension.name}`);
    const own = new Construct(scope, `Extension-${extension.name}`);
    extension.extend(own, {
      ...platform,
      route(method, path, handler) {
        const resource = path === '' ? root : root.resourceForPath(path);
        resource.addMethod(method, new LambdaIntegration(handler, { allowTestInvoke: false }), {
          authorizationType: AuthorizationType.CUSTOM,
          authorizer: api.authorizer,
        });
      },
    });
    const reason = "What an extension is allowed is its author's to decide.";
    const suppressions = ['AwsSolutions-IAM4', 'AwsSolutions-IAM5'].map((id) => ({ id, reason }));
    NagSuppressions.addResourceSuppressions(own, suppressions, true);
  }
}
