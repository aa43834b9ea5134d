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
  thinkTime,
  wholeNumber,
} from '../input/fields.ts';
import type { KeywordTable } from '../input/keywords.ts';

const SCRIPT = 'scripts cannot be run yet; describe the load as requests';
const COOKIES = 'cookies are neither kept nor sent; leave it out or write false';

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
  },
  refused: { 'included-configs': 'name the files one after the other on the command line' },
  ignored: ['modules', 'cli', 'cli-aliases', 'aggregator'],
} satisfies KeywordTable;

export const executionKeywords = {
  what: 'an execution',
  fields: {
    concurrency: anything,
    throughput: anything,
    'ramp-up': duration,
    'hold-for': duration,
    iterations: wholeNumber,
    steps: positiveWholeNumber,
    scenario: anything,
    executor: text,
  },
  refused: {
    criteria: 'write them below reporting, as - module: passfail',
    delay: '',
    'start-at': '',
    env: '',
    files: '',
    distributed: 'loadstar.regions says where it runs',
    locations: 'loadstar.regions says where it runs',
    'locations-weighted': 'loadstar.regions says where it runs',
    script: SCRIPT,
  },
  ignored: ['write-xml-jtl'],
} satisfies KeywordTable;

/** An entry of `scenarios`: a flow. */
export const flowKeywords = {
  what: 'a scenario',
  fields: {
    'default-address': text,
    variables: mapping,
    headers: mapping,
    timeout: positiveDuration,
    'think-time': thinkTime,
    keepalive: flag,
    'follow-redirects': flag,
    'store-cookie': flag,
    'store-cache': flag,
    'retrieve-resources': flag,
    'random-source-ip': flag,
    protocol: text,
    requests: list,
  },
  refused: {
    script: SCRIPT,
    'test-case': SCRIPT,
    modifications: SCRIPT,
    'data-sources': '',
    cookies: COOKIES,
    criteria: 'write them below reporting, as - module: passfail',
    properties: 'use variables',
    authorization: 'write the header yourself',
    'keystore-config': '',
    jsr223: '',
    'use-dns-cache-mgr': '',
    'force-parent-sample': '',
    'concurrent-pool-size': '',
    'retrieve-resources-regex': '',
    'content-encoding': 'bodies are sent as UTF-8',
  },
  ignored: ['disable-listeners'],
} satisfies KeywordTable;

export const requestKeywords = {
  what: 'a request',
  fields: {
    url: text,
    label: plainText,
    method: text,
    headers: mapping,
    body: anything,
    'body-file': text,
    'think-time': thinkTime,
    timeout: positiveDuration,
    'follow-redirects': flag,
    keepalive: flag,
    'random-source-ip': flag,
    assert: anything,
  },
  refused: {
    'extract-regexp': '',
    'extract-jsonpath': '',
    'extract-xpath': '',
    'extract-css-jquery': '',
    'extract-boundary': '',
    'assert-jsonpath': 'assert looks into the body with regular expressions',
    'assert-xpath': 'assert looks into the body with regular expressions',
    'upload-files': '',
    jsr223: '',
    protocol: '',
    'content-encoding': 'bodies are sent as UTF-8',
  },
  ignored: [],
} satisfies KeywordTable;

/** Steps that are no requests, by the keyword that makes them so. */
export const logicBlocks = [
  'transaction',
  'if',
  'loop',
  'while',
  'foreach',
  'once',
  'setup',
  'teardown',
  'include-scenario',
  'action',
  'set-variables',
] as const;

export const assertionKeywords = {
  what: 'an assertion',
  fields: { contains: anything, subject: text, regexp: flag, not: flag, 'assume-success': flag },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

export const settingsKeywords = {
  what: 'settings',
  fields: { 'default-executor': text, aggregator: text },
  refused: { env: '', proxy: '' },
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

export const loadstarKeywords = {
  what: 'loadstar',
  fields: {
    version: anything,
    name: plainText,
    tags: list,
    regions: anything,
    live: flag,
    healthyThreshold: anything,
    'healthy-threshold': anything,
  },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

export const regionKeywords = {
  what: 'a region',
  fields: { tasks: positiveWholeNumber, share: positiveWholeNumber, name: text },
  refused: {},
  ignored: [],
} satisfies KeywordTable;
