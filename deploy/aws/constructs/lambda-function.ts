/** A Lambda of `functions.ts`: its bundle, its environment and nothing more, a role of its own, a log group with an end. */
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as Lambda,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import { type EnvironmentSetting, environmentVariables } from '../../../server/adapters/aws/layout/environment.ts';
import {
  type LambdaFunction,
  type LambdaName,
  lambdaFunctions,
} from '../../../server/adapters/aws/layout/functions.ts';
import { type Permission, permissions } from '../permissions.ts';
import { type ResourceArns, wildcardsOf } from '../resource-arns.ts';
import { keyUse } from './key-use.ts';

type EnvironmentValues = Readonly<Partial<Record<EnvironmentSetting, string>>>;

export interface LambdaProps {
  name: LambdaName;
  values: EnvironmentValues;
  arns: ResourceArns;
  logRetentionDays: number;
  keepLogs: boolean;
  /** For what is the function's own: its environment, its logs. */
  key: IKey | undefined;
  /** Of a customer's, which the data is under. */
  dataKeyArn: string | undefined;
}

/** What a Lambda does with a customer's key, through whatever keeps data under it. */
const keyActions = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'];
const keepers = ['dynamodb', 's3', 'secretsmanager', 'sqs'];

const distFolder = join(import.meta.dirname, '..', 'dist');

export class LoadstarFunction extends Construct {
  readonly lambda: Lambda;
  readonly role: Role;

  constructor(scope: Construct, { arns, dataKeyArn, keepLogs, key, logRetentionDays, name, values }: LambdaProps) {
    super(scope, name);
    const row: LambdaFunction = lambdaFunctions[name];
    const logGroup = new LogGroup(this, 'Logs', {
      retention: logRetentionDays,
      removalPolicy: keepLogs ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(key !== undefined && { encryptionKey: key }),
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Of the Lambda that ${row.purpose}`.slice(0, 1000),
    });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    for (const permission of permissions[name]) this.role.addToPolicy(statementOf(permission, arns));
    if (dataKeyArn !== undefined) this.role.addToPolicy(keyUse(dataKeyArn, keyActions, keepers));
    this.lambda = new Lambda(this, 'Function', {
      description: row.purpose,
      code: Code.fromAsset(join(distFolder, row.entry)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: row.memoryMb,
      timeout: Duration.seconds(row.timeoutSeconds),
      role: this.role,
      environment: environmentOf(name, row.environment, values),
      ...(key !== undefined && { environmentEncryption: key }),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
      tracing: Tracing.ACTIVE,
    });
    suppressWildcards(this.role, permissions[name]);
  }
}

function environmentOf(name: LambdaName, settings: readonly EnvironmentSetting[], values: EnvironmentValues) {
  return Object.fromEntries(
    settings.map((setting) => {
      const value = values[setting];
      if (value === undefined)
        throw new Error(`The Lambda ${name} is to be told ${setting}, which this stack does not know.`);
      return [environmentVariables[setting], value];
    }),
  );
}

function statementOf({ actions, on, onlyIf }: Permission, arns: ResourceArns): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: on.flatMap((resource) => arns[resource] ?? []),
    ...(onlyIf !== undefined && { conditions: onlyIf(arns) }),
  });
}

/** X-Ray knows no resources. */
const tracingReason = 'X-Ray takes traces for no resource in particular.';

function suppressWildcards(role: Role, granted: readonly Permission[]): void {
  const reasons = [...new Set(granted.flatMap(({ on }) => on).flatMap((resource) => wildcardsOf(resource) ?? []))];
  NagSuppressions.addResourceSuppressions(
    role,
    [{ id: 'AwsSolutions-IAM5', reason: [tracingReason, ...reasons].join(' ') }],
    true,
  );
}
