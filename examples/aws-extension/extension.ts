/**
 * An extension of Loadstar on AWS: `GET /api/extensions/run-counts/<scenario>` says how many runs a scenario has had. It is deployed with
 * `npm run aws:deploy -- -c extensions=examples/aws-extension/extension.ts ...`.
 */
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { LoadstarExtension } from '../../deploy/aws/extensions/extension.ts';

const extension: LoadstarExtension = {
  name: 'run-counts',

  extend(scope, { route, tables }) {
    const handler = new NodejsFunction(scope, 'Count', {
      entry: join(import.meta.dirname, 'count-runs.ts'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(10),
      memorySize: 256,
      environment: { RUNS_TABLE: tables.runs.tableName },
      logGroup: new LogGroup(scope, 'Logs', {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      bundling: { format: OutputFormat.ESM, minify: true },
    });
    // It may look, and at this table alone.
    tables.runs.grant(handler, 'dynamodb:Query');
    route('GET', '{scenarioId}', handler);
  },
};

export default extension;
