import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildConsole } from '../../scripts/build-console.ts';
import { buildLambdas, type LambdaBundle } from '../../scripts/build-lambdas.ts';
import { environmentVariables } from '../../server/adapters/aws/layout/environment.ts';
import { type LambdaFunction, lambdaFunctions } from '../../server/adapters/aws/layout/functions.ts';
import { accessOf } from '../../server/http/access.ts';
import { needs } from '../../tools/needs.ts';
import {
  lintArguments,
  type Synthesis,
  type SynthesisedStack,
  synthesise,
  type Template,
  type TemplateResource,
} from './synthesis.ts';
import { variants } from './variants.ts';

const RESOURCES_MAX = 500;
const TEMPLATE_BYTES_MAX = 1_000_000;
const OUTPUTS_MAX = 200;
const PARAMETERS_MAX = 200;
const BUNDLE_GZIPPED_BYTES_MAX = 1_000_000;

const folder = mkdtempSync(join(tmpdir(), 'loadstar-templates-'));
const synthesised = new Map<string, Synthesis>();
let bundles: LambdaBundle[];

beforeAll(async () => {
  buildConsole();
  bundles = await buildLambdas();
  for (const [name, input] of Object.entries(variants)) {
    synthesised.set(name, await synthesise(input, { nag: true, outdir: join(folder, name) }));
  }
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function stacksOf(variant: string): SynthesisedStack[] {
  const found = synthesised.get(variant);
  if (found === undefined) throw new Error(`${variant} was not synthesised`);
  return found.stacks;
}
const mainOf = (variant: string): Template => stacksOf(variant)[0]!.template;
const regionOf = (variant: string): Template => stacksOf(variant)[1]!.template;
const everywhere = (): Template[] =>
  Object.keys(variants).flatMap((name) => stacksOf(name).map(({ template }) => template));

function resourcesOf(template: Template, type: string): [string, TemplateResource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}
interface Metric {
  MetricStat?: { Metric: { MetricName: string }; Period: number; Stat: string };
}

const propertiesOf = (template: Template, type: string): Record<string, unknown>[] =>
  resourcesOf(template, type).map(([, { Properties = {} }]) => Properties);

describe.each(Object.keys(variants))('the variant %s', (variant) => {
  it('breaks no rule of cdk-nag that is not suppressed with a reason', () => {
    expect(stacksOf(variant).flatMap(({ findings }) => findings)).toEqual([]);
  });

  it('stays within the limits of CloudFormation', () => {
    for (const { template } of stacksOf(variant)) {
      expect(Object.keys(template.Resources).length).toBeLessThan(RESOURCES_MAX);
      expect(Buffer.byteLength(JSON.stringify(template, null, 1))).toBeLessThan(TEMPLATE_BYTES_MAX);
      expect(Object.keys(template.Outputs ?? {}).length).toBeLessThan(OUTPUTS_MAX);
      expect(Object.keys(template.Parameters ?? {}).length).toBeLessThan(PARAMETERS_MAX);
    }
  });
});

describe('the templates', () => {
  it('are right by cfn-lint', async (context) => {
    const program = needs(context, 'cfn-lint');
    const different = new Map(
      Object.keys(variants).flatMap((name) =>
        stacksOf(name).map(({ template, templatePath }) => [shapeOf(template), templatePath] as const),
      ),
    );
    const lint = promisify(execFile)(program, lintArguments([...different.values()]));
    await expect(lint).resolves.toMatchObject({ stdout: '' });
  }, 300_000);

  it('deploy every Lambda once, told what it asks for and nothing more', () => {
    const { stacks } = synthesised.get('default')!;
    const deployed = stacks.flatMap(({ template }) => propertiesOf(template, 'AWS::Lambda::Function'));
    for (const row of Object.values<LambdaFunction>(lambdaFunctions)) {
      const found = deployed.filter(({ Description }) => Description === row.purpose);
      expect(found, row.purpose).toHaveLength(1);
      const { Environment, Handler, MemorySize, Timeout } = found[0]!;
      expect({ Handler, MemorySize, Timeout }).toEqual({
        Handler: 'index.handler',
        MemorySize: row.memoryMb,
        Timeout: row.timeoutSeconds,
      });
      const { Variables = {} } = (Environment ?? {}) as { Variables?: Record<string, unknown> };
      const told = Object.keys(Variables).filter((name) => name.startsWith('LOADSTAR_'));
      expect(told.toSorted()).toEqual(row.environment.map((setting) => environmentVariables[setting]).toSorted());
    }
  });

  it('keep every bucket private, encrypted, and reached over TLS alone', () => {
    for (const template of everywhere()) {
      for (const [id, { Properties = {} }] of resourcesOf(template, 'AWS::S3::Bucket')) {
        expect(Properties.PublicAccessBlockConfiguration, id).toEqual({
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        });
        expect(Properties.BucketEncryption, id).toBeDefined();
        const policies = propertiesOf(template, 'AWS::S3::BucketPolicy').map((policy) => JSON.stringify(policy));
        const own = policies.find((policy) => policy.includes(`"Bucket":{"Ref":"${id}"}`));
        expect(own, id).toContain('"Effect":"Deny"');
        expect(own, id).toContain('"aws:SecureTransport":"false"');
      }
    }
  });

  it('keep tables: restored to any second, not deleted by mistake', () => {
    const tables = propertiesOf(mainOf('default'), 'AWS::DynamoDB::GlobalTable');
    expect(tables).toHaveLength(4);
    for (const { BillingMode, Replicas } of tables) {
      expect(BillingMode).toBe('PAY_PER_REQUEST');
      expect(Replicas).toMatchObject([
        { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
      ]);
    }
  });

  it('encrypt with the key of a customer what can be', () => {
    const template = mainOf('customer-key');
    const text = JSON.stringify([
      ...propertiesOf(template, 'AWS::DynamoDB::GlobalTable'),
      ...propertiesOf(template, 'AWS::SQS::Queue'),
    ]);
    expect(text.match(/0f3c7a52-9f0d-4f5e-8d59-3b7c2a1e6d40/g)?.length).toBeGreaterThanOrEqual(6);
    expect(propertiesOf(template, 'AWS::KMS::Key')).toEqual([]);
    // Whoever mends the queue may use the key that its messages are under, through SQS alone.
    const [operators] = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.startsWith('Operators'));
    const allowed = operators?.[1].Properties?.PolicyDocument as { Statement: object[] };
    expect(allowed.Statement).toContainEqual({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Condition: { StringLike: { 'kms:ViaService': ['sqs.*'] } },
      Effect: 'Allow',
      Resource: variants['customer-key']!.kmsKeyArn,
    });
  });

  it('let alarms tell somebody', () => {
    for (const template of everywhere()) {
      const topics = resourcesOf(template, 'AWS::SNS::Topic').map(([id]) => id);
      expect(topics).toHaveLength(1);
      for (const [id, { Properties = {} }] of resourcesOf(template, 'AWS::CloudWatch::Alarm')) {
        expect(Properties.AlarmActions, id).toEqual([{ Ref: topics[0] }]);
      }
      const [policy] = propertiesOf(template, 'AWS::SNS::TopicPolicy');
      expect(policy?.PolicyDocument).toMatchObject({
        Statement: expect.arrayContaining([
          expect.objectContaining({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } }),
        ]),
      });
      expect(propertiesOf(template, 'AWS::SNS::Subscription')).toMatchObject([{ Protocol: 'email' }]);
    }
  });

  it('tell of runs that wait, though their messages are sent anew and never grow old', () => {
    const alarms = propertiesOf(mainOf('default'), 'AWS::CloudWatch::Alarm');
    const waiting = alarms.find(({ AlarmDescription }) => String(AlarmDescription).includes('waited for six hours'));
    const { EvaluationPeriods, Metrics } = waiting as { EvaluationPeriods: number; Metrics: Metric[] };
    const asked = Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
    // One that was looked at and waits for room is in flight, and so are those that nobody may take meanwhile.
    expect(asked.map(({ Metric: { MetricName } }) => MetricName).toSorted()).toEqual([
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesVisible',
    ]);
    for (const { Period, Stat } of asked) expect([EvaluationPeriods * Period, Stat]).toEqual([6 * 3_600, 'Maximum']);
  });

  it('let every log end some day', () => {
    for (const template of everywhere()) {
      for (const [id, { Properties = {} }] of resourcesOf(template, 'AWS::Logs::LogGroup')) {
        expect(Properties.RetentionInDays, id).toBe(30);
      }
      for (const [id, { Properties = {} }] of resourcesOf(template, 'AWS::Lambda::Function')) {
        expect(Properties.LoggingConfig, id).toMatchObject({ LogGroup: expect.anything() });
      }
    }
  });

  it('leave nothing behind where data is not to be kept', () => {
    for (const { template } of stacksOf('given-image')) {
      const kept = Object.entries(template.Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain');
      // The account's way of API Gateway to its logs, which other APIs may use too.
      expect(kept.map(([, { Type }]) => Type).toSorted()).toEqual(
        template === mainOf('given-image') ? ['AWS::ApiGateway::Account', 'AWS::IAM::Role'] : [],
      );
      const buckets = resourcesOf(template, 'AWS::S3::Bucket').length;
      expect(resourcesOf(template, 'Custom::S3AutoDeleteObjects')).toHaveLength(buckets);
    }
    const [logs] = propertiesOf(regionOf('default'), 'AWS::Logs::LogGroup').filter(({ LogGroupName }) => LogGroupName);
    expect(logs).toBeUndefined();
    const [kept] = resourcesOf(mainOf('default'), 'AWS::DynamoDB::GlobalTable');
    expect(kept?.[1].DeletionPolicy).toBe('Retain');
  });

  it('ask for no sign-in exactly where the application asks for none', () => {
    const template = mainOf('default');
    const parents = new Map(resourcesOf(template, 'AWS::ApiGateway::Resource'));
    const pathOf = (id: string): string => {
      const { ParentId, PathPart } = parents.get(id)?.Properties ?? {};
      return PathPart === undefined ? '' : `${pathOf((ParentId as { Ref?: string }).Ref ?? '')}/${PathPart}`;
    };
    const methods = propertiesOf(template, 'AWS::ApiGateway::Method').map(({ AuthorizationType, ResourceId }) => ({
      path: pathOf((ResourceId as { Ref: string }).Ref).replace('{proxy+}', 'anything'),
      isOpen: AuthorizationType === 'NONE',
    }));
    expect(methods.length).toBeGreaterThanOrEqual(7);
    for (const { isOpen, path } of methods) expect(accessOf(path) !== 'actor', path).toBe(isOpen);
  });

  it('name nothing that a second deployment of the account names too', async () => {
    const input = { ...variants['default']!, name: 'another' };
    const other = await synthesise(input, { outdir: join(folder, 'another') });
    const namesIn = (stacks: readonly SynthesisedStack[]): Set<string> =>
      new Set(stacks.flatMap(({ stack, template }) => [stack.stackName, ...chosenNames(template)]));
    const ours = namesIn(stacksOf('default'));
    expect(ours.size).toBeGreaterThan(8);
    expect([...namesIn(other.stacks)].filter((name) => ours.has(name))).toEqual([]);
  });
});

/** Templates that differ in texts alone are looked at once; `npm run aws:synth` looks at all. */
function shapeOf(template: Template): string {
  return JSON.stringify(template, (key, value) => (typeof value === 'string' && key !== 'Type' ? '' : value));
}

/** Properties that name a resource for the whole account and region; those of parts of another resource do not. */
const namingProperties: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::CodeBuild::Project': 'Name',
  'AWS::CodePipeline::Pipeline': 'Name',
  'AWS::Cognito::UserPool': 'UserPoolName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::ECR::Repository': 'RepositoryName',
  'AWS::ECS::Cluster': 'ClusterName',
  'AWS::ECS::TaskDefinition': 'Family',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::IoT::Authorizer': 'AuthorizerName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Logs::QueryDefinition': 'Name',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::WAFv2::WebACL': 'Name',
};

function chosenNames(template: Template): string[] {
  return Object.values(template.Resources).flatMap(({ Properties = {}, Type }) => {
    const name = Properties[namingProperties[Type] ?? ''];
    return typeof name === 'string' ? [`${Type} ${name}`] : [];
  });
}

describe('tasks', () => {
  it('have a role that may do nothing', () => {
    const template = regionOf('default');
    const [task] = propertiesOf(template, 'AWS::ECS::TaskDefinition');
    const { TaskRoleArn } = task ?? {};
    const role = (TaskRoleArn as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
    expect(template.Resources[role]?.Properties).not.toHaveProperty('Policies');
    expect(template.Resources[role]?.Properties).not.toHaveProperty('ManagedPolicyArns');
    for (const { Roles } of propertiesOf(template, 'AWS::IAM::Policy')) expect(Roles).not.toContainEqual({ Ref: role });
  });

  it('can open many connections, wait for no log, and write where the image says', () => {
    const [task] = propertiesOf(regionOf('x86-spot'), 'AWS::ECS::TaskDefinition');
    expect(task).toMatchObject({
      Cpu: '4096',
      Memory: '16384',
      EphemeralStorage: { SizeInGiB: 50 },
      RuntimePlatform: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' },
      ContainerDefinitions: [
        {
          Name: 'task',
          Essential: true,
          ReadonlyRootFilesystem: true,
          Ulimits: [{ Name: 'nofile', SoftLimit: 1_048_576, HardLimit: 1_048_576 }],
          LogConfiguration: {
            LogDriver: 'awslogs',
            Options: { mode: 'non-blocking', 'max-buffer-size': `${16 * 1024 * 1024}b` },
          },
          MountPoints: [{ ContainerPath: '/work', ReadOnly: false, SourceVolume: 'work' }],
        },
      ],
    });
  });

  it('are reached by nobody', () => {
    for (const template of everywhere()) {
      for (const [id, { Properties = {} }] of resourcesOf(template, 'AWS::EC2::SecurityGroup')) {
        const isOfEndpoint = /Network(?:Vpc)?(?:Logs|Images|ImageApi)/.test(id);
        if (!isOfEndpoint) expect(Properties.SecurityGroupIngress, id).toBeUndefined();
      }
      expect(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress')).toEqual([]);
    }
  });

  it('run in the networks that are given, or have addresses only where they are told to', () => {
    const [given] = propertiesOf(regionOf('given-network'), 'Custom::LoadstarRegion');
    expect(given).toMatchObject({ subnetIds: ['subnet-0a', 'subnet-0b'], assignPublicIp: true });
    expect(resourcesOf(regionOf('given-network'), 'AWS::EC2::VPC')).toEqual([]);
    const [unseen] = propertiesOf(regionOf('private-subnets'), 'Custom::LoadstarRegion');
    expect(unseen).toMatchObject({ assignPublicIp: false });
    expect(resourcesOf(regionOf('private-subnets'), 'AWS::EC2::NatGateway')).toHaveLength(2);
    expect(resourcesOf(regionOf('default'), 'AWS::EC2::NatGateway')).toEqual([]);
  });

  it('run the image that is given, from a registry of their region', () => {
    const [task] = propertiesOf(regionOf('given-image'), 'AWS::ECS::TaskDefinition');
    expect(JSON.stringify(task)).toContain('123456789012.dkr.ecr.eu-west-1.amazonaws.com/load/generator:7');
    expect(resourcesOf(mainOf('given-image'), 'AWS::CodePipeline::Pipeline')).toEqual([]);
  });

  it('have a copy of the image in each region', () => {
    const [main, first, second] = stacksOf('two-regions').map(({ template }) => template);
    const repositories = [main, first, second].map((template) => resourcesOf(template!, 'AWS::ECR::Repository').length);
    expect(repositories).toEqual([1, 0, 1]);
    expect(resourcesOf(second!, 'Custom::ImageCopy')).toHaveLength(1);
  });
});

describe('an extension', () => {
  it('answers behind the same sign-in, with the rights that it gives itself', () => {
    const template = mainOf('extension');
    const [handler] = resourcesOf(template, 'AWS::Lambda::Function').filter(([id]) =>
      id.startsWith('Extensionruncounts'),
    );
    const method = propertiesOf(template, 'AWS::ApiGateway::Method').find((each) =>
      JSON.stringify(each).includes(handler![0]),
    );
    expect(method).toMatchObject({ HttpMethod: 'GET', AuthorizationType: 'CUSTOM', AuthorizerId: expect.anything() });
    const parts = new Set(propertiesOf(template, 'AWS::ApiGateway::Resource').map(({ PathPart }) => PathPart));
    for (const part of ['extensions', 'run-counts', '{scenarioId}']) expect(parts).toContain(part);
    const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.startsWith('Extensionruncounts'));
    expect(policies).toHaveLength(1);
    expect(JSON.stringify(policies).match(/"Action":("[^"]+"|\[[^\]]*\])/g)).toEqual(['"Action":"dynamodb:Query"']);
  });

  it('is refused when it is none', async () => {
    const input = { ...variants['default']!, extensions: [join(import.meta.dirname, 'names.ts')] };
    const outdir = join(folder, 'no-extension');
    await expect(synthesise(input, { outdir })).rejects.toThrow(/names\.ts is no extension/);
  });
});

describe('the bundles of the Lambdas', () => {
  it('are small', () => {
    for (const { entry, gzippedBytes } of bundles) expect(gzippedBytes, entry).toBeLessThan(BUNDLE_GZIPPED_BYTES_MAX);
  });
});

describe('docs/aws.md', () => {
  const read = (path: string): string => readFileSync(join(import.meta.dirname, '..', '..', path), 'utf8');

  it('names commands that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = ['docs/aws.md', 'docs/migrate-from-dlt.md', 'README.md'].flatMap((path) =>
      [...read(path).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name),
    );
    expect(commands).toContain('aws:deploy');
    for (const name of commands) expect(scripts).toHaveProperty([name]);
  });
});
