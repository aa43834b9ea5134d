// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import { describe, expect, it } from 'vitest';
import { flowText, problemsOf, read } from './fixtures/texts.ts';

const flowOf = (keywords: string) => read(flowText(`${keywords}\nrequests: [http://h/]`)).scenario.flows.s;
const problemsIn = (keywords: string) =>
  problemsOf(flowText(`${keywords}\nrequests: [http://h/]`)).map((problem) => problem.replace('scenarios.s.', ''));
const warningsIn = (keywords: string) => read(flowText(`${keywords}\nrequests: [http://h/]`)).warnings;

describe('what users do beside their requests', () => {
  it('is what Taurus does: cookies, a cache for each iteration, embedded resources', () => {
    expect(flowOf('')?.http).toEqual({
      storeCookies: true,
      storeCache: true,
      cookies: [],
      resources: { pattern: null, poolSize: 4 },
      dnsCache: true,
      authorizations: [],
      clears: ['cache'],
    });
  });

  it.each([
    ['store-cookie: no\nstore-cache: no', { storeCookies: false, storeCache: false, clears: [] }],
    ['retrieve-resources: false', { resources: null }],
    [
      'retrieve-resources-regex: ^http://h\nconcurrent-pool-size: 8',
      { resources: { pattern: '^http://h', poolSize: 8 } },
    ],
    ['concurrent-pool-size: 0', { resources: { pattern: null, poolSize: 6 } }],
    ['use-dns-cache-mgr: false', { dnsCache: false }],
    [
      'cookies: [{name: a, value: 5, domain: h}, {name: b, value: "${x}", domain: .h, path: /p, secure: true}]',
      {
        cookies: [
          { name: 'a', value: '5', domain: 'h', path: '', secure: false },
          { name: 'b', value: '${x}', domain: '.h', path: '/p', secure: true },
        ],
      },
    ],
    [
      'authorization: {url: "http://h/", name: a, password: b}',
      { authorizations: [{ mechanism: 'basic', url: 'http://h/', name: 'a', password: 'b', realm: '' }] },
    ],
    [
      'authorization: [{url: "http://h/", name: a, password: b, realm: r, mechanism: Digest}]',
      { authorizations: [{ mechanism: 'digest', url: 'http://h/', name: 'a', password: 'b', realm: 'r' }] },
    ],
    [
      'authorization: {clear: true, list: [{domain: d, name: a, password: b}]}',
      {
        authorizations: [{ mechanism: 'basic', url: '', name: 'a', password: 'b', realm: '' }],
        clears: ['cache', 'authorizations'],
      },
    ],
  ])('reads {%s}', (keywords, http) => {
    expect(flowOf(keywords)?.http).toMatchObject(http);
  });

  it.each([
    ['store-cookie: "no"', 'store-cookie: "no" is neither true nor false'],
    ['cookies: [{name: a}]', 'cookies[0].value: is missing'],
    ['cookies: [a]', 'cookies[0]: "a" is not a cookie: a mapping of keywords is expected'],
    ['cookies: [{name: a, value: "b; c=d", domain: h}]', 'cookies[0].value: holds a semicolon or a line break'],
    ['concurrent-pool-size: 101', 'concurrent-pool-size: 101 is more than 100'],
    ['retrieve-resources-regex: "("', expect.stringMatching(/^retrieve-resources-regex: is no regular expression/)],
    ['authorization: 5', 'authorization: 5 is neither an authorization nor a list of them'],
    ['authorization: [a]', 'authorization[0]: "a" is not an authorization: a mapping of keywords is expected'],
    ['authorization: {clear: 1, list: []}', 'authorization.clear: 1 is neither true nor false'],
    ['authorization: {clear: true, name: a}', 'authorization.name: belongs into an entry of list'],
    [
      'authorization: {url: u, name: a, password: b, mechanism: kerberos}',
      'authorization.mechanism: kerberos: not supported by the native engine yet; it needs the Taurus engine: write loadstar.engine: taurus, or write basic or digest',
    ],
  ])('{%s} is refused', (keywords, problem) => {
    expect(problemsIn(keywords)[0]).toEqual(problem);
  });

  it('warns of what has no effect in Taurus either', () => {
    expect(warningsIn('store-cookie: no\ncookies: [{name: a, value: b, domain: h}]')).toEqual([
      'scenarios.s.cookies: has no effect with store-cookie: false, as in Taurus',
    ]);
    expect(warningsIn('authorization: {name: a, password: b}')).toEqual([
      'scenarios.s.authorization: has no effect without name, password and url, as in Taurus',
    ]);
  });
});

describe('data sources', () => {
  const source = {
    path: 'a.csv',
    delimiter: null,
    quoted: false,
    encoding: null,
    loop: true,
    randomOrder: false,
    variableNames: null,
    partition: 'copy',
  };

  it.each([
    ['[a.csv]', [source]],
    [
      '[./x/a.csv, {path: b.csv}]',
      [
        { ...source, path: 'x/a.csv' },
        { ...source, path: 'b.csv' },
      ],
    ],
    [
      '[{path: a.csv, delimiter: tab, quoted: true, encoding: latin1, loop: false, random-order: yes, variable-names: "id, name", partition: unique}]',
      [
        {
          ...source,
          delimiter: '\t',
          quoted: true,
          encoding: 'latin1',
          loop: false,
          randomOrder: true,
          variableNames: ['id', 'name'],
          partition: 'unique',
        },
      ],
    ],
    ['[{path: a.csv, delimiter: "\\\\t"}]', [{ ...source, delimiter: '\t' }]],
    [
      '[{path: a.csv, delimiter: ;, variable-names: id;name}]',
      [{ ...source, delimiter: ';', variableNames: ['id', 'name'] }],
    ],
    ['[{path: a.csv, variable-names: [id, name]}]', [{ ...source, variableNames: ['id', 'name'] }]],
    ['[{path: a.csv, variable-names: "", delimiter: ""}]', [source]],
  ])('reads %s', (written, sources) => {
    expect(flowOf(`data-sources: ${written}`)?.dataSources).toEqual(sources);
  });

  it('are among the files of the scenario', () => {
    expect(read(flowText('data-sources: [x/a.csv]\nrequests: [http://h/]')).files).toEqual(['x/a.csv']);
  });

  it.each([
    ['a.csv', 'data-sources: "a.csv" is not a list'],
    ['[5.5]', null],
    ['[[a]]', 'data-sources[0]: a list is not a text'],
    ['[{loop: true}]', 'data-sources[0].path: is missing: the file'],
    ['[../a.csv]', 'data-sources[0]: "../a.csv" is not a file inside the folder of the scenario'],
    [
      '["${f}.csv"]',
      'data-sources[0]: "${f}.csv": the name of a file cannot be a variable, because files go with the scenario',
    ],
    [
      '[{path: a, encoding: utf-99}]',
      'data-sources[0].encoding: "utf-99" is not an encoding that is known, such as utf-8',
    ],
    [
      '[{path: a, partition: spilt}]',
      'data-sources[0].partition: "spilt" is not a way to share rows; did you mean split?',
    ],
    ['[{path: a, delimiter: "\\n"}]', 'data-sources[0].delimiter: "\\n" cannot stand between values'],
    ['[{path: a, variable-names: "a,,b"}]', 'data-sources[0].variable-names: "" is not the name of a variable'],
    [
      '[{path: a, variable-names: {a: b}}]',
      'data-sources[0].variable-names: a mapping is not a list of names with commas between them',
    ],
    ['[{path: a, delimeter: x}]', 'data-sources[0].delimeter: not a keyword of a data source; did you mean delimiter?'],
    [`[${'a, '.repeat(100)}a]`, 'data-sources: 101 data sources are more than 100'],
  ])('%s is refused', (written, problem) => {
    expect(problemsIn(`data-sources: ${written}`)).toEqual(problem === null ? [] : [problem]);
  });
});

describe('certificates', () => {
  const text = (loadstar: string, rest = '', keywords = '') =>
    `loadstar: {tls: {${loadstar}}}\n${rest}\n${flowText(`${keywords}\nrequests: [https://h/]`)}`;
  const tlsOf = (...parts: Parameters<typeof text>) => read(text(...parts)).scenario.flows.s?.tls;
  const KEY_STORE =
    'modules: {jmeter: {system-properties: {javax.net.ssl.keyStore: a.p12, javax.net.ssl.keyStorePassword: s}}}';

  it.each([
    ['', { verify: false, authorityFile: null, client: null }],
    ['verify: true', { verify: true, authorityFile: null, client: null }],
    ['authority: ca.pem', { verify: true, authorityFile: 'ca.pem', client: null }],
    ['authority: ca.pem, verify: no', { verify: false, authorityFile: 'ca.pem', client: null }],
    ['client: {pkcs12: a.p12, password: s}', { client: { kind: 'pkcs12', path: 'a.p12', password: 's' } }],
    [
      'client: {certificate: a.pem, key: b.pem}',
      { client: { kind: 'pem', certificatePath: 'a.pem', keyPath: 'b.pem', password: '' } },
    ],
  ])('are read from {%s}', (loadstar, tls) => {
    expect(tlsOf(loadstar)).toMatchObject(tls);
  });

  it('are read from the key store of JMeter, unless loadstar names one', () => {
    expect(tlsOf('', KEY_STORE)?.client).toEqual({ kind: 'pkcs12', path: 'a.p12', password: 's' });
    expect(tlsOf('client: {pkcs12: b.p12}', KEY_STORE)?.client).toMatchObject({ path: 'b.p12' });
    expect(
      problemsOf(text('', KEY_STORE, 'keystore-config: {variable-name: c, start-index: 0, end-index: 0}')),
    ).toEqual([]);
  });

  it('are among the files of the scenario', () => {
    expect(read(text('authority: ca.pem, client: {certificate: a.pem, key: b.pem}')).files).toEqual([
      'ca.pem',
      'a.pem',
      'b.pem',
    ]);
  });

  it.each([
    [
      'authority: /etc/ca.pem',
      '',
      '',
      'loadstar.tls.authority: "/etc/ca.pem" is not a file inside the folder of the scenario',
    ],
    ['verify: maybe', '', '', 'loadstar.tls.verify: "maybe" is neither true nor false'],
    ['client: {certificate: a.pem}', '', '', 'loadstar.tls.client.key: is missing: a file'],
    [
      'client: a.p12',
      '',
      '',
      'loadstar.tls.client: "a.p12" is not a client certificate: a mapping of keywords is expected',
    ],
    ['verfy: true', '', '', 'loadstar.tls.verfy: not a keyword of loadstar.tls; did you mean verify?'],
    [
      '',
      KEY_STORE.replace('a.p12', 'a.jks'),
      '',
      'modules.jmeter.system-properties["javax.net.ssl.keyStore"]: not supported by the native engine yet; it needs the Taurus engine: write loadstar.engine: taurus, or convert it to a PKCS#12 file (.p12)',
    ],
    [
      '',
      KEY_STORE,
      'keystore-config: {variable-name: c, start-index: 0, end-index: 9, preload: true}',
      'scenarios.s.keystore-config: not supported by the native engine yet; it needs the Taurus engine: write loadstar.engine: taurus, or one certificate for all users can be had: write start-index: 0, end-index: 0',
    ],
  ])('are refused: {%s} %s %s', (loadstar, rest, keywords, problem) => {
    expect(problemsOf(text(loadstar, rest, keywords))).toEqual([problem]);
  });
});
