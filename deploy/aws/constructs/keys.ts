/** Keys: what seals secrets of scenarios, and what URLs and tokens of runs are signed with. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';

const SIGNING_KEY_LENGTH = 64;

export class Keys extends Construct {
  readonly secrets: IKey;
  readonly signing: Secret;

  /** `given`: a key of the customer's for all data, undefined when there is none. */
  constructor(scope: Construct, id: string, { given, keep }: { given: IKey | undefined; keep: boolean }) {
    super(scope, id);
    this.secrets =
      given ??
      new Key(this, 'Secrets', {
        description: 'Seals the secrets of scenarios of Loadstar',
        enableKeyRotation: true,
        removalPolicy: keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      });
    this.signing = new Secret(this, 'Signing', {
      description: 'Signs URLs and tokens of runs of Loadstar',
      generateSecretString: { passwordLength: SIGNING_KEY_LENGTH, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
      ...(given !== undefined && { encryptionKey: given }),
    });
    NagSuppressions.addResourceSuppressions(this.signing, [
      {
        id: 'AwsSolutions-SMG4',
        reason:
          'A new key would end the tokens of runs under way; nobody reads it but the Lambdas. docs/aws.md says how to replace it.',
      },
    ]);
  }
}
