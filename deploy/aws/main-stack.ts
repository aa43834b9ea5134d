/** The main stack: API, console, users, data, and what drives runs. Regions that make load have a stack each (`region-stack.ts`). */
import { Aws, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { ClientConfig } from '../../core/api/identity.ts';
import { NONE } from '../../server/adapters/aws/layout/environment.ts';
import { objectPrefixes } from '../../server/adapters/aws/layout/object-keys.ts';
import type { TableName } from '../../server/adapters/aws/layout/tables.ts';
import { clientConfig } from './client-config.ts';
import { accessLogs } from './constructs/access-logs.ts';
import { Api } from './constructs/api.ts';
import { Console } from './constructs/console.ts';
import { Data } from './constructs/data.ts';
import { Functions } from './constructs/functions.ts';
import { Identity } from './constructs/identity.ts';
import { CUSTOM_SOURCE, ImagePipeline } from './constructs/image-pipeline.ts';
import { Keys } from './constructs/keys.ts';
import { LiveData } from './constructs/live-data.ts';
import { Operations } from './constructs/operations.ts';
import { OperatorRole } from './constructs/operator-role.ts';
import { iotHostOf } from './constructs/remote-value.ts';
import { Results } from './constructs/results.ts';
import { Running, RunQueue } from './constructs/running.ts';
import { TaskAccessRole } from './constructs/task-access-role.ts';
import { tidyCustomResources } from './custom-resources.ts';
import { addExtensions } from './extensions/add-extensions.ts';
import type { LoadstarExtension } from './extensions/extension.ts';
import { type DeploymentNames, namesOf } from './names.ts';
import { namedArns, stateMachineArn, tableArns } from './resource-arns.ts';
import type { Settings } from './settings.ts';
import { deploymentVersion } from './version.ts';

export interface MainStackProps {
  settings: Settings;
  extensions: readonly LoadstarExtension[];
}

/** What is there before the Lambdas are, which are told of it. */
interface Foundation {
  settings: Settings;
  names: DeploymentNames;
  key: IKey | undefined;
  accessLogs: IBucket;
  /** Of what the deployment itself calls. */
  logGroup: LogGroup;
  iotHost: string;
  stateMachineArn: string;
}

export class MainStack extends Stack {
  readonly api: Api;
  readonly data: Data;
  readonly console: Console | null;
  readonly identity: Identity;
  readonly runs: RunQueue;
  readonly keys: Keys;
  readonly taskAccess: TaskAccessRole;
  readonly functions: Functions;
  readonly running: Running;

  constructor(scope: Construct, id: string, { extensions, settings }: MainStackProps) {
    super(scope, id, {
      stackName: settings.name,
      env: { region: settings.mainRegion },
      description: 'Loadstar: distributed load testing',
      terminationProtection: settings.keepData,
    });
    const foundation = this.foundation(settings);
    const { accessLogs: logs, key, names } = foundation;
    this.api = new Api(this, 'Api', settings);
    this.data = new Data(this, 'Data', { keep: settings.keepData, key, logs });
    this.console = settings.headless ? null : this.consoleOf(foundation);
    this.identity = new Identity(this, 'Identity', { settings, publicUrl: this.publicUrl });
    this.runs = new RunQueue(this, 'RunQueue', key);
    this.keys = new Keys(this, 'Keys', { given: key, keep: settings.keepData });
    this.taskAccess = new TaskAccessRole(this, 'TaskAccess', {
      bucket: this.data.bucket,
      key,
      trustedRoleArn: () => this.functions.get('api').role.roleArn,
    });
    this.functions = this.functionsOf(foundation);
    this.running = new Running(this, 'Running', { ...foundation, functions: this.functions, runs: this.runs });
    new Results(this, 'Results', {
      bucket: this.data.bucket,
      resultsParser: this.functions.get('resultsParser').lambda,
    });
    new LiveData(this, 'LiveData', {
      authorizerName: names.liveAuthorizer,
      liveAuthorizer: this.functions.get('liveAuthorizer').lambda,
    });
    this.operate(foundation, extensions);
    this.console?.deploy(this.clientConfig(foundation), foundation.logGroup);
    this.tellOthers(foundation);
    tidyCustomResources(this, foundation.logGroup);
  }

  /** Where users and tasks reach the API, without a slash at its end. */
  get publicUrl(): string {
    return this.console?.url ?? this.api.url;
  }

  private foundation(settings: Settings): Foundation {
    const { keepData, kmsKeyArn, logRetentionDays, name } = settings;
    const logGroup = new LogGroup(this, 'DeploymentLogs', {
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const names = namesOf(name);
    return {
      settings,
      names,
      key: kmsKeyArn === undefined ? undefined : Key.fromKeyArn(this, 'Key', kmsKeyArn),
      accessLogs: accessLogs(this, { keep: keepData, days: logRetentionDays }),
      logGroup,
      iotHost: iotHostOf(this, logGroup),
      stateMachineArn: stateMachineArn(names, settings.mainRegion),
    };
  }

  private consoleOf({ accessLogs: logs, iotHost }: Foundation): Console {
    const signIn = `https://*.auth.${Aws.REGION}.amazoncognito.com`;
    const users = `https://cognito-idp.${Aws.REGION}.amazonaws.com`;
    const uploads = `https://${this.data.bucket.bucketRegionalDomainName}`;
    const connectTo = [`wss://${iotHost}`, signIn, users, uploads];
    return new Console(this, 'Console', { api: this.api, logs, connectTo });
  }

  private clientConfig({ iotHost, names }: Foundation): ClientConfig {
    const { cliClient, consoleClient, signInHost, userPool } = this.identity;
    return clientConfig({
      publicUrl: this.publicUrl,
      iotHost,
      iotAuthorizer: names.liveAuthorizer,
      region: Aws.REGION,
      userPoolId: userPool.userPoolId,
      consoleClientId: consoleClient.userPoolClientId,
      cliClientId: cliClient.userPoolClientId,
      signInHost,
    });
  }

  private functionsOf({ iotHost, key, names, settings, stateMachineArn }: Foundation): Functions {
    const { data, identity, keys, runs, taskAccess } = this;
    const { records, runs: runsTable, scenarios, taskResults } = data.tables;
    return new Functions(this, 'Functions', {
      stack: 'main',
      values: {
        version: deploymentVersion(),
        mainRegion: settings.mainRegion,
        scenariosTable: scenarios.tableName,
        runsTable: runsTable.tableName,
        taskResultsTable: taskResults.tableName,
        recordsTable: records.tableName,
        bucket: data.bucket.bucketName,
        runQueueUrl: runs.queue.queueUrl,
        stateMachineArn,
        userPoolId: identity.userPool.userPoolId,
        consoleClientId: identity.consoleClient.userPoolClientId,
        cliClientId: identity.cliClient.userPoolClientId,
        signInHost: identity.signInHost,
        secretsKeyArn: keys.secrets.keyArn,
        signingKeyArn: keys.signing.secretArn,
        publicUrlParameter: names.publicUrlParameter,
        taskAccessRoleArn: taskAccess.role.roleArn,
        bucketKeyArn: key?.keyArn ?? NONE,
        iotHost,
        iotAuthorizer: names.liveAuthorizer,
        targetAllowList: JSON.stringify(settings.targetAllowList),
        keepDays: String(settings.keepRunsDays ?? 'forever'),
        keepArtifactsDays: String(settings.keepArtifactsDays ?? 'forever'),
      },
      arns: {
        ...namedArns(names, settings.mainRegion),
        scenariosTable: tableArns(scenarios.tableArn),
        runsTable: tableArns(runsTable.tableArn),
        taskResultsTable: [taskResults.tableArn],
        recordsTable: [records.tableArn],
        bucket: [data.bucket.bucketArn],
        objects: [data.bucket.arnForObjects('*')],
        runFolders: [data.bucket.arnForObjects(`${objectPrefixes.runs}*`)],
        rowObjects: [data.bucket.arnForObjects(`${objectPrefixes.rows}*`)],
        runQueue: [runs.queue.queueArn],
        userPool: [identity.userPool.userPoolArn],
        secretsKey: [keys.secrets.keyArn],
        signingKey: [keys.signing.secretArn],
        taskAccessRole: [taskAccess.role.roleArn],
      },
      logRetentionDays: settings.logRetentionDays,
      keepLogs: settings.keepData,
      key,
      dataKeyArn: settings.kmsKeyArn,
    });
  }

  private operate(foundation: Foundation, extensions: readonly LoadstarExtension[]): void {
    const { accessLogs: logs, key, logGroup, names, settings, stateMachineArn } = foundation;
    const { api, data, functions, identity, running, runs } = this;
    const images =
      settings.imageUri === undefined
        ? new ImagePipeline(this, 'Image', { settings, names, accessLogs: logs, logGroup })
        : null;
    api.signInBy(functions.get('authorizer').lambda);
    const operations = new Operations(this, 'Operations', { settings, functions, runs, running });
    addExtensions(this, extensions, api, {
      tables: data.tables as Readonly<Record<TableName, ITable>>,
      bucket: data.bucket,
      alarmTopic: operations.alarms.topic,
      publicUrlParameter: names.publicUrlParameter,
    });
    operations.show(api.connect(functions.get('api').lambda, key));
    const imageSources = images?.sources ?? null;
    const dataKeyArn = settings.kmsKeyArn;
    const operated = { functions, identity, runs, running, stateMachineArn, dataKeyArn, imageSources };
    new OperatorRole(this, 'Operators', operated);
    if (images !== null) {
      new CfnOutput(this, 'ImageSource', {
        value: `s3://${images.sources.bucketName}/${CUSTOM_SOURCE}`,
        description: 'A zip with a Dockerfile put here becomes the image of the load generator',
      });
    }
  }

  /** To Lambdas, to the stacks of regions, to people. */
  private tellOthers({ iotHost, names }: Foundation): void {
    const parameters = {
      PublicUrl: [names.publicUrlParameter, this.publicUrl],
      RecordsTable: [names.recordsTableParameter, this.data.tables.records.tableName],
      IotHost: [names.iotHostParameter, iotHost],
    } as const;
    for (const [id, [parameterName, stringValue]] of Object.entries(parameters)) {
      new StringParameter(this, `${id}Parameter`, { parameterName, stringValue });
    }
    new CfnOutput(this, 'Url', { value: this.publicUrl, description: 'Loadstar is here: loadstar login URL' });
    new CfnOutput(this, 'UserPool', { value: this.identity.userPool.userPoolId, description: 'Its users' });
    new CfnOutput(this, 'Objects', {
      value: this.data.bucket.bucketName,
      description: 'Bucket of run folders and files',
    });
  }
}
