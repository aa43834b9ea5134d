/**
 * Every keyword of a Taurus file that Loadstar knows, by the mapping it stands in: read, refused (the native engine does not do it yet),
 * or without any effect here. docs/scenarios.md says the same to people; a test holds the two together.
 */
import {
  anything,
  duration,
  flag,
  list,
  mapping,
  plainText,
  positiveDuration,
  positiveWholeNumber,
  text,
  wholeNumber,
} from '../input/fields.ts';
import type { KeywordTable } from '../input/keywords.ts';
import { needsTaurus } from './needs-taurus.ts';
import { thinkTime } from './think-time.ts';

const SCRIPT = needsTaurus('describe the load as requests');
const REGIONS = 'loadstar.regions says where it runs';
const NATIVE_ONLY = 'only the native engine has it';

export const fileKeywords = {
  what: 'a scenario file',
  fields: {
    execution: anything,
    scenarios: mapping,
    reporting: list,
    services: list,
    settings: mapping,
    provisioning: text,
    loadstar: mapping,
    modules: mapping,
  },
  refused: { 'included-configs': 'name the files one after the other on the command line' },
  ignored: ['cli', 'cli-aliases', 'aggregator'],
} satisfies KeywordTable;

export const executionKeywords = {
  what: 'an execution',
  fields: {
    concurrency: anything,
    throughput: anything,
    'arrival-rate': anything,
    'ramp-up': duration,
    'hold-for': duration,
    iterations: wholeNumber,
    steps: positiveWholeNumber,
    stages: list,
    delay: duration,
    'start-at': anything,
    scenario: anything,
    executor: text,
    criteria: anything,
    env: mapping,
  },
  refused: {
    distributed: REGIONS,
    locations: REGIONS,
    'locations-weighted': REGIONS,
    script: SCRIPT,
  },
  ignored: ['write-xml-jtl', 'files'],
} satisfies KeywordTable;

/** An execution that Taurus runs. */
export const taurusExecutionKeywords = {
  what: 'an execution',
  fields: {
    concurrency: anything,
    throughput: anything,
    'ramp-up': duration,
    'hold-for': duration,
    iterations: wholeNumber,
    steps: positiveWholeNumber,
    delay: duration,
    scenario: anything,
    script: text,
    executor: text,
    criteria: anything,
    env: mapping,
    files: list,
  },
  refused: {
    distributed: REGIONS,
    locations: REGIONS,
    'locations-weighted': REGIONS,
    master: REGIONS,
    workers: REGIONS,
    stages: NATIVE_ONLY,
    'arrival-rate': NATIVE_ONLY,
    'start-at': NATIVE_ONLY,
  },
  ignored: ['write-xml-jtl'],
  refusedBy: 'the Taurus engine',
} satisfies KeywordTable;

/** An entry of `loadstar.files`. */
export const taurusFileKeywords = {
  what: 'a file',
  fields: { path: text, partition: text, header: flag },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

/** What of `modules` goes to Taurus, by the tool; Loadstar decides the rest. */
export const taurusModuleKeywords: Readonly<Record<string, readonly string[]>> = {
  jmeter: ['properties', 'system-properties', 'memory-xmx', 'cmdline', 'default-protocol', 'error-message-separator'],
  k6: ['cmdline', 'env'],
  locust: ['env'],
};

export const stageKeywords = {
  what: 'a stage',
  fields: { duration, target: anything },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

/** An entry of `scenarios`: a flow. */
export const flowKeywords = {
  what: 'a scenario',
  fields: {
    'default-address': text,
    variables: mapping,
    properties: mapping,
    headers: mapping,
    timeout: positiveDuration,
    'think-time': thinkTime,
    keepalive: flag,
    'follow-redirects': flag,
    'store-cookie': flag,
    'store-cache': flag,
    cookies: list,
    'retrieve-resources': flag,
    'retrieve-resources-regex': text,
    'concurrent-pool-size': wholeNumber,
    'content-encoding': text,
    'use-dns-cache-mgr': flag,
    'random-source-ip': flag,
    'force-parent-sample': flag,
    authorization: anything,
    'keystore-config': mapping,
    'data-sources': list,
    criteria: anything,
    protocol: text,
    requests: list,
  },
  refused: { script: SCRIPT, 'test-case': SCRIPT, modifications: SCRIPT, jsr223: SCRIPT },
  ignored: ['disable-listeners'],
} satisfies KeywordTable;

export const dataSourceKeywords = {
  what: 'a data source',
  fields: {
    path: text,
    delimiter: text,
    quoted: flag,
    encoding: text,
    loop: flag,
    'variable-names': anything,
    'random-order': flag,
    partition: text,
  },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

export const cookieKeywords = {
  what: 'a cookie',
  fields: { name: anything, value: anything, domain: anything, path: anything, secure: flag },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

export const authorizationKeywords = {
  what: 'an authorization',
  fields: { url: text, name: text, password: text, domain: text, realm: text, mechanism: text },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

export const keystoreKeywords = {
  what: 'keystore-config',
  fields: { 'variable-name': text, 'start-index': wholeNumber, 'end-index': wholeNumber },
  refused: {},
  ignored: ['preload'],
} satisfies KeywordTable;

export const settingsKeywords = {
  what: 'settings',
  fields: { 'default-executor': text, aggregator: text, env: mapping },
  refused: { proxy: '' },
  ignored: ['artifacts-dir', 'check-interval', 'check-updates', 'verbose'],
} satisfies KeywordTable;

/** An entry of `reporting` or `services` that is the `passfail` module. */
export const passfailKeywords = {
  what: 'the passfail module',
  fields: { module: text, criteria: anything },
  refused: {},
  ignored: ['run-at'],
} satisfies KeywordTable;

/** Modules of `reporting` and `services` that only show or collect; the others change what is run, and are refused. */
export const ignoredModules: ReadonlySet<string> = new Set([
  'final-stats',
  'final_stats',
  'console',
  'junit-xml',
  'blazemeter',
  'influxdb-reporter',
  'monitoring',
  'consolidator',
  'install-checker',
  'screenshoter',
  'capturehar',
]);

export const refusedModules: readonly string[] = [
  'shellexec',
  'unpacker',
  'proxy2jmx',
  'appium',
  'android-emulator',
  'virtual-display',
  'pip-install',
  'jmx-rampup',
  'external-results-loader',
];

/** What is read of `modules`: all else there tunes Taurus and its tools. */
export const jmeterModuleKeywords = ['properties', 'system-properties'] as const;

export const loadstarKeywords = {
  what: 'loadstar',
  fields: {
    version: anything,
    name: plainText,
    description: text,
    tags: list,
    regions: anything,
    threads: positiveWholeNumber,
    engine: text,
    files: list,
    tls: mapping,
    live: flag,
    'task-size': mapping,
    spot: flag,
    healthyThreshold: anything,
    'healthy-threshold': anything,
  },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

export const taskSizeKeywords = {
  what: 'loadstar.task-size',
  fields: { vcpu: anything, 'memory-gb': anything },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

export const tlsKeywords = {
  what: 'loadstar.tls',
  fields: { verify: flag, authority: text, client: anything },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

export const clientCertificateKeywords = {
  what: 'a client certificate',
  fields: { pkcs12: text, certificate: text, key: text, password: text },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

export const regionKeywords = {
  what: 'a region',
  fields: { tasks: positiveWholeNumber, share: positiveWholeNumber, name: text },
  refused: {},
  ignored: [],
} satisfies KeywordTable;
