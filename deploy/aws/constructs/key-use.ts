import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** A key that data is under is used by the services that keep it, for whoever may read or write the data. `services`: `sqs`. */
export function keyUse(keyArn: string, actions: readonly string[], services: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [keyArn],
    conditions: { StringLike: { 'kms:ViaService': services.map((name) => `${name}.*`) } },
  });
}
