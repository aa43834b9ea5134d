/** What an administrator decides about a deployment: CDK context (`-c name=value`), read once and checked. docs/aws.md has the table. */
import { z } from 'zod';
import { taskSizeProblem } from '../../core/scenario/task-size.ts';

const regionName = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'A region such as eu-west-1 is expected.');
const arn = z.string().regex(/^arn:aws[a-z-]*:/, 'An ARN is expected.');

/** Values of `-c` are texts; in cdk.json they may be what they are. */
const yesOrNo = z.preprocess((value) => ({ true: true, false: false })[String(value)] ?? value, z.boolean());
const wholeNumber = (min: number, max: number) => z.coerce.number<string | number>().pipe(z.int().min(min).max(max));
const words = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((word) => word !== '') : value),
    z.array(item),
  );
const json = <Content extends z.ZodType>(content: Content) =>
  z.preprocess((value, context) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      context.issues.push({ code: 'custom', message: 'JSON is expected.', input: value });
      return z.NEVER;
    }
  }, content);

const givenNetwork = z.strictObject({
  vpcId: z.string().startsWith('vpc-'),
  subnetIds: z.array(z.string().startsWith('subnet-')).min(1),
});
export type GivenNetwork = z.infer<typeof givenNetwork>;

/** CloudWatch Logs keeps for these numbers of days, and no others. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const settingsSchema = z.strictObject({
  /** Of the main stack; those of the regions are `<name>-tasks`. Two deployments in one account have two names. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/, 'Lower case letters, digits and -, 3 to 32 of them, are expected.')
    .default('loadstar'),
  /** Where the API and all data are. */
  mainRegion: regionName,
  /** Where load is made; default: the main region. */
  regions: words(regionName).optional(),
  /** The default administrator, who gets an invitation by mail. */
  adminEmail: z.email(),
  /** Who hears of alarms; default: the administrator. */
  alarmEmail: z.email().optional(),
  /** Without the web console and CloudFront. */
  headless: yesOrNo.default(false),
  /** Tables and buckets stay when the stack is destroyed. */
  keepData: yesOrNo.default(true),
  /** Runs that ended longer ago are deleted, with all that they left; default: they are kept. */
  keepRunsDays: wholeNumber(1, 3653).optional(),
  /** Their artifacts alone. */
  keepArtifactsDays: wholeNumber(1, 3653).optional(),
  /** A KMS key of the account, in the main region, instead of keys that AWS owns. */
  kmsKeyArn: arn.optional(),
  multiFactor: z.enum(['off', 'optional', 'required']).default('optional'),
  logRetentionDays: wholeNumber(1, 3653)
    .refine((days) => retentionDays.includes(days), `One of ${retentionDays.join(', ')} is expected.`)
    .default(30),
  architecture: z.enum(['arm64', 'x86_64']).default('arm64'),
  /** Tasks run on spare capacity, which AWS may take back at two minutes' notice, unless a scenario says otherwise. */
  spot: yesOrNo.default(false),
  /** Of a task, unless a scenario says otherwise. */
  taskVcpu: z.coerce
    .number<string | number>()
    .pipe(z.literal([0.25, 0.5, 1, 2, 4, 8, 16]))
    .default(2),
  taskMemoryMb: wholeNumber(512, 122_880).default(4096),
  /** Disk of a task; above 20 it costs. */
  taskStorageGb: wholeNumber(21, 200).optional(),
  /** At most so many tasks at once in a region, whatever the account's quota. */
  tasksMax: wholeNumber(1, 10_000).default(1000),
  /** `public`: tasks have public addresses. `private`: they reach the Internet through NAT gateways. */
  subnets: z.enum(['public', 'private']).default('public'),
  /** Addresses of the networks that are made for tasks. */
  networkCidr: z.cidrv4().default('10.42.0.0/16'),
  /** Where tasks may connect to. */
  egressCidr: z.cidrv4().default('0.0.0.0/0'),
  /** Flow logs of the networks that are made: a line for each connection, which is much under load. */
  flowLogs: yesOrNo.default(false),
  /** Networks that are there: by region. */
  networks: json(z.record(z.string(), givenNetwork)).default({}),
  /** An image of the load generator instead of one built by the deployment; `{region}` stands for the region. */
  imageUri: z.string().min(1).max(500).optional(),
  /** JSON; as `targetAllowList` of the configuration. */
  targetAllowList: json(z.array(z.string())).default([]),
  /** Requests per second and at once that the API takes, from all together. */
  apiRequestsPerSecond: wholeNumber(1, 10_000).default(200),
  /** Requests in five minutes that the firewall takes from one address: behind CloudFront, of one of its servers. */
  apiRequestsPerAddress: wholeNumber(100, 2_000_000).default(6000),
  /** Modules with extensions of your own: paths from where the command is run. */
  extensions: words(z.string()).default([]),
});

/** And what is wrong with settings only beside each other. */
const checkedSchema = settingsSchema.superRefine(({ taskMemoryMb, taskVcpu }, context) => {
  const problem = taskSizeProblem({ vcpu: taskVcpu, memoryMb: taskMemoryMb });
  if (problem === null) return;
  context.addIssue({ code: 'custom', path: ['taskMemoryMb'], message: `Fargate sells no such tasks: ${problem}.` });
});

export type SettingsInput = z.input<typeof settingsSchema>;
type Parsed = z.output<typeof settingsSchema>;
export interface Settings extends Omit<Parsed, 'regions' | 'alarmEmail'> {
  regions: readonly string[];
  alarmEmail: string;
}

/** Throws an error that names every setting that is wrong, with what is expected. */
export function parseSettings(input: Readonly<Record<string, unknown>>): Settings {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const parsed = checkedSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ message, path }) => `  ${path.join('.')}: ${message}`);
    throw new Error(`The settings of the deployment are not right (docs/aws.md has them all):\n${problems.join('\n')}`);
  }
  const { alarmEmail, regions, ...rest } = parsed.data;
  return {
    ...rest,
    regions: regions === undefined || regions.length === 0 ? [rest.mainRegion] : [...new Set(regions)],
    alarmEmail: alarmEmail ?? rest.adminEmail,
  };
}

/** The settings among the context of a CDK app; the main region is the one that the CLI would deploy to. */
export function settingsOfContext(contextOf: (name: string) => unknown): Settings {
  const given = Object.fromEntries(Object.keys(settingsSchema.shape).map((name) => [name, contextOf(name)]));
  return parseSettings({ ...given, mainRegion: given.mainRegion ?? process.env.CDK_DEFAULT_REGION });
}
