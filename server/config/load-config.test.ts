import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import { makeTemporaryFolder } from '../adapters/local/fixtures/temporary-folder.ts';
import { type Config, loadConfig } from './load-config.ts';

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let file: string;
beforeEach(async () => {
  folder = await makeTemporaryFolder();
  await mkdir(join(folder.path, '.loadstar'));
  file = join(folder.path, '.loadstar', 'config.yaml');
});
afterEach(() => folder.remove());

type Environment = Record<string, string | undefined>;

function load(environment: Environment = {}): Config {
  return loadConfig({ environment, workingFolder: folder.path }).config;
}

/** `<where>: <what is wrong>`, the configuration's file named `FILE`. */
function problems(environment: Environment = {}): string[] {
  try {
    load(environment);
  } catch (error) {
    if (!(error instanceof LoadstarError) || error.code !== 'config_invalid') throw error;
    return error.fields.map(({ path, message }) => `${path.replace(file, 'FILE')}: ${message}`);
  }
  return [];
}

describe('the configuration', () => {
  it('is complete when nothing is said', () => {
    expect(load()).toEqual({
      home: join(folder.path, '.loadstar'),
      host: '127.0.0.1',
      port: 8080,
      publicUrl: null,
      tls: null,
      trustedProxies: [],
      adminEmail: null,
      mail: null,
      signIn: null,
      regions: {
        local: { tasksMax: 8, command: null, runFolder: 'file' },
        'eu-central': { tasksMax: 8, command: null, runFolder: 'file' },
        'us-east': { tasksMax: 8, command: null, runFolder: 'file' },
      },
      tasksUser: null,
      targetAllowList: null,
      scriptsBesideAllowList: false,
      keepDays: null,
      keepArtifactsDays: null,
      keepBytes: null,
      rateLimits: {
        token: { requestsPerSecond: 200, burst: 1_000 },
        address: { requestsPerSecond: 20, burst: 100 },
        run: { requestsPerSecond: 5_000, burst: 20_000 },
      },
    });
  });

  it.each(['', '# nothing yet\n', 'tls:\nkeepDays:\nregions:\n', '---\n'])('may say nothing: %j', async (text) => {
    await writeFile(file, text);
    expect(load()).toMatchObject({ port: 8080, tls: null, keepDays: null });
  });

  it('is read from its file', async () => {
    await writeFile(
      file,
      `host: 0.0.0.0
port: 8443
publicUrl: https://Loadstar.example/
tls: {certificateFile: certificate.pem, keyFile: /etc/key.pem}
trustedProxies: [10.0.0.0/8, ::1]
regions:
  eu: {tasksMax: 20}
  lab: {tasksMax: 4, command: [ssh, -o, BatchMode=yes, lab.example]}
  near: {tasksMax: 1, command: [sudo, -u, task], runFolder: file}
targetAllowList: ["*.example", 10.0.0.0/8]
keepDays: 90
rateLimits: {token: {requestsPerSecond: 5}}
`,
    );
    expect(load()).toMatchObject({
      host: '0.0.0.0',
      port: 8443,
      publicUrl: 'https://loadstar.example',
      tls: { certificateFile: join(folder.path, '.loadstar', 'certificate.pem'), keyFile: '/etc/key.pem' },
      trustedProxies: ['10.0.0.0/8', '::1'],
      regions: {
        eu: { tasksMax: 20, command: null, runFolder: 'file' },
        lab: { tasksMax: 4, command: ['ssh', '-o', 'BatchMode=yes', 'lab.example'], runFolder: 'http' },
        near: { tasksMax: 1, command: ['sudo', '-u', 'task'], runFolder: 'file' },
      },
      targetAllowList: ['*.example', '10.0.0.0/8'],
      keepDays: 90,
      rateLimits: { token: { requestsPerSecond: 5, burst: 1_000 }, address: { burst: 100 } },
    });
  });

  it('is read from variables, which win over the file', async () => {
    await writeFile(file, 'port: 1\nregions: {eu: {tasksMax: 1}}\ntls: {certificateFile: a, keyFile: b}\n');
    const environment = {
      LOADSTAR_HOST: '::',
      LOADSTAR_PORT: '9090',
      LOADSTAR_PUBLIC_URL: 'http://127.0.0.1:9090',
      LOADSTAR_TLS_CERT: 'tls/certificate.pem',
      LOADSTAR_TRUSTED_PROXIES: '10.0.0.1, fd00::/8,',
      LOADSTAR_REGIONS: 'us=3, ap = 4',
      LOADSTAR_TARGET_ALLOW_LIST: 'shop.example',
      LOADSTAR_KEEP_DAYS: '7',
    };
    expect(load(environment)).toMatchObject({
      host: '::',
      port: 9090,
      publicUrl: 'http://127.0.0.1:9090',
      tls: { certificateFile: join(folder.path, 'tls/certificate.pem'), keyFile: join(folder.path, '.loadstar/b') },
      trustedProxies: ['10.0.0.1', 'fd00::/8'],
      regions: { us: { tasksMax: 3, command: null, runFolder: 'file' }, ap: { tasksMax: 4 } },
      targetAllowList: ['shop.example'],
      keepDays: 7,
    });
    expect(Object.keys(load(environment).regions)).toEqual(['us', 'ap']);
  });

  it('takes an empty variable for none', async () => {
    await writeFile(file, 'port: 1\n');
    expect(load({ LOADSTAR_PORT: '', LOADSTAR_HOST: undefined, LOADSTAR_HOME: '', LOADSTAR_CONFIG: '' }).port).toBe(1);
  });

  it('may lie elsewhere, as may the data', async () => {
    const elsewhere = join(folder.path, 'elsewhere.yaml');
    await writeFile(elsewhere, 'port: 7\n');
    expect(load({ LOADSTAR_CONFIG: 'elsewhere.yaml', LOADSTAR_HOME: '/data' })).toMatchObject({
      port: 7,
      home: '/data',
    });
  });
});

describe('mistakes in the configuration', () => {
  it('are listed all at once, each with its place', async () => {
    await writeFile(
      file,
      `host: ''
prot: 80
port: 99999
publicUrl: https://loadstar.example/path
tls:
  certificateFile: a.pem
trustedProxies:
  - 10.0.0.0/8
  - everybody
regions:
  EU: {tasksMax: 1}
  us: {tasksMax: 0, comand: [a]}
  ap: 5
  sa: {tasksMax: 1, command: [], runFolder: nfs}
keepDays: 0.5
rateLimits: {token: {requestsPerSecond: fast}, tokens: {}}
`,
    );
    expect(problems({ LOADSTAR_KEEP_DAYS: 'never' })).toEqual([
      'FILE:1:1 host: an address or a host name is expected',
      'FILE:3:1 port: a whole number from 0 to 65535 is expected',
      'FILE:4:1 publicUrl: a URL such as https://loadstar.example is expected, without a path',
      'FILE:5:1 tls.keyFile: is missing',
      'FILE:9:5 trustedProxies[1]: an address or a range such as 10.0.0.0/8 is expected',
      'FILE:11:3 regions.EU: a name has lower case letters, digits and dashes, at most 63',
      'FILE:12:8 regions.us.tasksMax: a whole number from 1 to 10000 is expected',
      'FILE:12:21 regions.us.comand: is not a setting; did you mean command?',
      'FILE:13:3 regions.ap: a region is a mapping with tasksMax',
      'FILE:14:21 regions.sa.command: the command is empty; leave it out to start tasks as they are',
      'FILE:14:34 regions.sa.runFolder: file or http is expected',
      'LOADSTAR_KEEP_DAYS: a whole number from 1 to 36500 is expected',
      'FILE:16:22 rateLimits.token.requestsPerSecond: a whole number from 1 to 1000000 is expected',
      'FILE:16:48 rateLimits.tokens: is not a setting; did you mean token?',
      'FILE:2:1 prot: is not a setting; did you mean port?',
    ]);
  });

  it('name the first of them in the message, and how many more there are', () => {
    expect(() => load({ LOADSTAR_PORT: 'x', LOADSTAR_KEEP_DAYS: 'x' })).toThrow(
      'The configuration is not valid: LOADSTAR_PORT: a whole number from 0 to 65535 is expected (and 1 more)',
    );
  });

  it.each<[string, Environment, string[]]>([
    ['port', { LOADSTAR_PORT: '0x50' }, ['LOADSTAR_PORT: a whole number from 0 to 65535 is expected']],
    ['port', { LOADSTAR_PORT: '-1' }, ['LOADSTAR_PORT: a whole number from 0 to 65535 is expected']],
    ['host', { LOADSTAR_HOST: 'a b' }, ['LOADSTAR_HOST: an address or a host name has no white space in it']],
    [
      'URL',
      { LOADSTAR_PUBLIC_URL: 'ftp://a' },
      ['LOADSTAR_PUBLIC_URL: a URL such as https://loadstar.example is expected, without a path'],
    ],
    [
      'URL',
      { LOADSTAR_PUBLIC_URL: 'https://u:p@a' },
      ['LOADSTAR_PUBLIC_URL: a URL such as https://loadstar.example is expected, without a path'],
    ],
    ['key without certificate', { LOADSTAR_TLS_KEY: 'k' }, ['LOADSTAR_TLS_CERT: is missing']],
    ['certificate without key', { LOADSTAR_TLS_CERT: 'c' }, ['LOADSTAR_TLS_KEY: is missing']],
    [
      'proxies',
      { LOADSTAR_TRUSTED_PROXIES: 'a,10.0.0.0/40' },
      Array(2).fill('LOADSTAR_TRUSTED_PROXIES: an address or a range such as 10.0.0.0/8 is expected'),
    ],
    ['regions', { LOADSTAR_REGIONS: 'eu' }, ['LOADSTAR_REGIONS: a region is a mapping with tasksMax']],
    ['regions', { LOADSTAR_REGIONS: 'eu=many' }, ['LOADSTAR_REGIONS: a whole number from 1 to 10000 is expected']],
    [
      'regions',
      { LOADSTAR_REGIONS: '=5' },
      ['LOADSTAR_REGIONS: a name has lower case letters, digits and dashes, at most 63'],
    ],
    ['regions', { LOADSTAR_REGIONS: ',' }, ['LOADSTAR_REGIONS: at least one region is needed']],
    ['regions', { LOADSTAR_REGIONS: '__proto__=5' }, ['LOADSTAR_REGIONS: at least one region is needed']],
  ])('of a variable are named with it: %s', (_what, environment, expected) => {
    expect(problems(environment)).toEqual(expected);
  });

  it("of a mapping beside a variable are the file's", async () => {
    await writeFile(file, 'tls: yes\n');
    expect(problems({ LOADSTAR_TLS_CERT: 'c', LOADSTAR_TLS_KEY: 'k' })).toEqual([
      'FILE:1:1 tls: a mapping with certificateFile and keyFile is expected',
    ]);
  });

  it.each([
    ['host: [', ['FILE:1:8: Flow sequence in block collection must be sufficiently indented and end with a ]']],
    ['port: 1\nport: 2\n', ['FILE:2:1: Map keys must be unique']],
    ['- a\n', ['FILE:1:1: is not a mapping of settings']],
    ['just a text', ['FILE:1:1: is not a mapping of settings']],
    [
      `a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c]`,
      ['FILE:1:1: Excessive alias count indicates a resource exhaustion attack'],
    ],
  ])('of syntax are named with their line: %j', async (text, expected) => {
    await writeFile(file, text);
    expect(problems()).toEqual(expected);
  });

  it('hide none in the variables when the file cannot be read', async () => {
    await writeFile(file, 'port: [1');
    expect(problems({ LOADSTAR_PORT: 'x' })).toHaveLength(2);
    await writeFile(file, Buffer.from([0x61, 0x3a, 0x20, 0xff]));
    expect(problems({ LOADSTAR_PORT: 'x' })).toEqual([
      'FILE: is not text in UTF-8',
      'LOADSTAR_PORT: a whole number from 0 to 65535 is expected',
    ]);
    await writeFile(file, `# ${'x'.repeat(2 ** 20)}`);
    expect(problems()).toEqual(['FILE: is larger than 1048576 bytes']);
  });

  it('are a file that was asked for and is not there, or is a folder', () => {
    const named = join(folder.path, 'nowhere.yaml');
    expect(problems({ LOADSTAR_CONFIG: named })).toEqual([`${named}: cannot be read: there is no such file`]);
    expect(problems({ LOADSTAR_CONFIG: folder.path })).toEqual([`${folder.path}: cannot be read: it is a folder`]);
  });

  it('are warned of in names of variables', () => {
    const environment = {
      LOADSTAR_PROT: '1',
      LOADSTAR_RUN_TOKEN: 'x',
      LOADSTAR_PORT: '1',
      OTHER_PROT: '1',
      LOADSTAR_KEEPDAYS: '1',
    };
    expect(loadConfig({ environment, workingFolder: folder.path }).warnings).toEqual([
      'LOADSTAR_PROT is not a setting; did you mean LOADSTAR_PORT?',
      'LOADSTAR_KEEPDAYS is not a setting; did you mean LOADSTAR_KEEP_DAYS?',
    ]);
  });
});
