import { AuthorizationType, LambdaIntegration } from 'aws-cdk-lib/aws-apigateway';
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
    extension.extend(new Construct(scope, `Extension-${extension.name}`), {
      ...platform,
      route(method, path, handler) {
        const resource = path === '' ? root : root.resourceForPath(path);
        resource.addMethod(method, new LambdaIntegration(handler, { allowTestInvoke: false }), {
          authorizationType: AuthorizationType.CUSTOM,
          authorizer: api.authorizer,
        });
      },
    });
  }
}
