/** The whole configuration of a control plane: what may stand in its file, what it is when nothing is said. */
import { z } from 'zod';
import { limits } from '../../core/limits.ts';
import { regionNameSchema } from '../../core/scenario/scenario.ts';
import { isTargetRule } from '../../core/targets/target-rules.ts';
import { parseAddressRange } from '../network/address-ranges.ts';
import { filePath, word } from './setting-types.ts';
import { adminEmailSchema, mailConfigSchema, signInConfigSchema } from './sign-in-schema.ts';

const PORT_MAX = 65_535;
const KEEP_DAYS_MAX = 36_500;
const KEEP_BYTES_MIN = 1_000_000;
const LIST_MAX = 1_000;
const REQUESTS_MAX = 1_000_000;

const wholeNumber = (min: number, max: number) => {
  const message = `A whole number from ${min} to ${max} is expected.`;
  return z.int(message).min(min, message).max(max, message);
};

/** Scheme, host and port: the API lies at `/api` of it. */
const origin = z
  .string('A URL is expected.')
  .refine((text) => isOrigin(text), 'A URL such as https://loadstar.example is expected, without a path.')
  .transform((text) => new URL(text).origin);

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
}

const bucket = (requestsPerSecond: number, burst: number) =>
  z
    .strictObject({
      requestsPerSecond: wholeNumber(1, REQUESTS_MAX)
        .default(requestsPerSecond)
        .describe('Requests a second, for long.'),
      burst: wholeNumber(1, REQUESTS_MAX).default(burst).describe('Requests at once, after a pause.'),
    })
    .prefault({});

const regionConfigSchema = z
  .strictObject(
    {
      tasksMax: wholeNumber(1, limits.tasksMax).describe('Tasks that the region runs at once.'),
      command: z
        .array(z.string('A word of the command is expected.').min(1, 'A word of the command is empty.'))
        .min(1, 'The command is empty; leave it out to start tasks as they are.')
        .max(LIST_MAX)
        .nullable()
        .default(null)
        .describe(
          'What is put before the command of a task, word by word: `[ssh, host]`, `[sudo, -u, loadstar-task]`.',
        ),
      runFolder: z
        .enum(['file', 'http'], 'file or http is expected.')
        .nullable()
        .default(null)
        .describe('How a task reaches its run folder. Default: `http` with a command, else `file`.'),
    },
    'A region is a mapping with tasksMax.',
  )
  .transform((region) => ({ ...region, runFolder: region.runFolder ?? (region.command === null ? 'file' : 'http') }));

export const configSchema = z.strictObject(
  {
    host: word('An address or a host name')
      .default('127.0.0.1')
      .describe('Address to listen on. Anything but loopback wants TLS, here or in a trusted proxy.'),
    port: wholeNumber(0, PORT_MAX).default(8080).describe('Port to listen on; 0 takes any free one.'),
    publicUrl: origin
      .nullable()
      .default(null)
      .describe('What users and remote tasks reach it by. Default: made of host, port and TLS.'),
    tls: z
      .strictObject(
        {
          certificateFile: filePath('a certificate').describe('Certificate with its chain, PEM. Read once, at start.'),
          keyFile: filePath('a private key').describe('Its private key, PEM.'),
        },
        'A mapping with certificateFile and keyFile is expected.',
      )
      .nullable()
      .default(null),
    trustedProxies: z
      .array(
        word('An address').refine(
          (text) => parseAddressRange(text) !== null,
          'An address or a range such as 10.0.0.0/8 is expected.',
        ),
        'A list of addresses is expected.',
      )
      .max(LIST_MAX)
      .default([])
      .describe('Addresses (or ranges) of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.'),
    adminEmail: adminEmailSchema,
    mail: mailConfigSchema,
    signIn: signInConfigSchema,
    regions: z
      .record(regionNameSchema, regionConfigSchema, 'A mapping of regions is expected, each with tasksMax.')
      .refine((regions) => Object.keys(regions).length > 0, 'At least one region is needed.')
      .refine((regions) => Object.keys(regions).length <= limits.regionsMax, `At most ${limits.regionsMax} regions.`)
      .prefault({ local: { tasksMax: 8 }, 'eu-central': { tasksMax: 8 }, 'us-east': { tasksMax: 8 } })
      .describe(
        'Where tasks run; by default all three are this machine. The variable gives names and tasks only: `eu=4,us=4`.',
      ),
    tasksUser: word('The name of a user')
      .nullable()
      .default(null)
      .describe(
        'User of this machine that tasks run as, so that they can read nothing of the data. Needs root; not for regions with a command.',
      ),
    targetAllowList: z
      .array(
        word('A host, an address or a range').refine(
          isTargetRule,
          'A host, *.host, an address or a range is expected, with a port or without, such as *.shop.example:443.',
        ),
        'A list of hosts, addresses and ranges is expected.',
      )
      .max(LIST_MAX)
      .nullable()
      .default(null)
      .describe(
        'When set, nothing else may be a target of the native engine, and scripts are refused. Link-local and metadata addresses never may.',
      ),
    scriptsBesideAllowList: z
      .boolean('Write true or false.')
      .default(false)
      .describe(
        'Scripts of JMeter, k6 and Locust run although targetAllowList is set: nothing here can hold them to it, a firewall must.',
      ),
    keepDays: wholeNumber(1, KEEP_DAYS_MAX)
      .nullable()
      .default(null)
      .describe('Runs that ended longer ago are deleted. Default: they are kept.'),
    keepArtifactsDays: wholeNumber(1, KEEP_DAYS_MAX)
      .nullable()
      .default(null)
      .describe("Logs and other files that runs' tasks left are deleted so long after the end; the report stays."),
    keepBytes: wholeNumber(KEEP_BYTES_MIN, Number.MAX_SAFE_INTEGER)
      .nullable()
      .default(null)
      .describe(
        'When all runs together take more, the oldest artifacts are deleted, then the oldest runs. At least 1 MB.',
      ),
    rateLimits: z
      .strictObject({
        token: bucket(200, 1_000),
        address: bucket(20, 100),
        run: bucket(5_000, 20_000),
      })
      .prefault({})
      .describe('Bounds for each token, for each address that has none, and for the tasks of each run.'),
  },
  'A mapping of settings is expected.',
);

export type ConfigSettings = z.infer<typeof configSchema>;
