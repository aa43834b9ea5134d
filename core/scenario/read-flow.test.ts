// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import { describe, expect, it } from 'vitest';
import { flowText, problemsOf, read } from './fixtures/texts.ts';

const flowOf = (keywords: string) => read(flowText(keywords)).scenario.flows.s;

describe('a scenario of Taurus', () => {
  it('has its defaults', () => {
    expect(flowOf('requests: [http://h/]')).toMatchObject({
      name: 's',
      defaultAddress: null,
      variables: {},
    });
  });

  it.each([
    ['http://h', 'http://h'],
    ['http://h/', 'http://h'],
    ['HTTPS://Example.com:8443', 'https://example.com:8443'],
    ['https://h:443', 'https://h'],
    ['http://${host}:${port}', 'http://${host}:${port}'],
    ['https://${__P(host)}:${__P(port,1)}/', 'https://${__P(host)}:${__P(port,1)}'],
    ['${base}', '${base}'],
    ['http://h/v1', 'http://h'],
  ])('takes %s as its default address', (written, address) => {
    const flow = flowOf(
      `default-address: "${written}"\nvariables: {host: shop, port: 81, base: "https://base"}\nrequests: [/]`,
    );
    expect(flow?.defaultAddress).toBe(address);
  });

  it('keeps variables as texts', () => {
    const flow = flowOf('variables: {a: 1, b: 1.0, c: x, d-e.f_g: "yes", h: 2001-12-14}\nrequests: [http://h/]');
    expect(flow?.variables).toEqual({ a: '1', b: '1.0', c: 'x', 'd-e.f_g': 'yes', h: '2001-12-14' });
  });

  it('accepts explicitly what it does not do anyway', () => {
    const flow = flowOf(
      'store-cookie: false\nstore-cache: no\nretrieve-resources: off\nrandom-source-ip: false\nprotocol: http\nkeepalive: false\ncookies:\nrequests: [http://h/]',
    );
    expect(flow?.steps).toMatchObject([{ keepAlive: false }]);
  });

  it.each([
    ['protocol: mqtt', 'protocol: not supported by the native engine yet; write http'],
    ['timeout: 0', 'timeout: must be more than 0'],
    ['keep-alive: false', 'keep-alive: not a keyword of a scenario; did you mean keepalive?'],
    ['default-adress: http://h', 'default-adress: not a keyword of a scenario; did you mean default-address?'],
    ['default-address: h', 'default-address: "h" is not an address with http:// or https://'],
    [
      'default-address: "http://u@h"',
      'default-address: holds a user name or password, which would show in reports; use authorization, or send an Authorization header',
    ],
    ['default-address: "http://${__nope()}"', expect.stringMatching(/default-address: .*__nope/)],
    [
      'default-address: "${host}"',
      'default-address: must begin with http:// or https://: only host and port can be variables that change',
    ],
    [
      'default-address: "${base}"\nvariables: {base: http://h/v1}',
      'default-address: is only scheme, host and port: what follows belongs into the urls of the requests',
    ],
    ['variables: [a]', 'variables: a list is not a mapping'],
    [
      'variables: {a b: 1}',
      'variables["a b"]: is not a name for a variable: a letter, then letters, digits, _ . and - are expected',
    ],
    [
      'variables: {__a: 1}',
      'variables.__a: is not a name for a variable: a letter, then letters, digits, _ . and - are expected',
    ],
    ['variables: {a: [1]}', 'variables.a: a list is not a text'],
    ['variables: {a: }', 'variables.a: nothing is not a text'],
    ['variables: {a: "${__nope()}"}', expect.stringMatching(/variables.a: .*__nope/)],
  ])('says what is wrong with {%s}', (keywords, problem) => {
    expect(problemsOf(flowText(`${keywords}\nrequests: [http://h/]`))).toEqual([
      typeof problem === 'string' ? `scenarios.s.${problem}` : problem,
    ]);
  });

  it('needs an address for its requests', () => {
    expect(problemsOf(flowText('requests: [/a]'))).toEqual([
      'scenarios.s.requests[0]: has no host: write http://... or https://..., or give the scenario a default-address',
    ]);
  });

  it('needs requests', () => {
    for (const keywords of ['{}', 'requests:', 'requests: []']) {
      expect(problemsOf(flowText(keywords))).toEqual([
        'scenarios.s.requests: is missing or empty: there is nothing to request',
      ]);
    }
    expect(problemsOf('execution: {scenario: s}\nscenarios: {s: 5}')).toEqual([
      'scenarios.s: 5 is not a scenario: a mapping of keywords is expected',
    ]);
    expect(problemsOf(flowText('requests: http://h/'))[0]).toBe('scenarios.s.requests: "http://h/" is not a list');
  });

  it('takes at most 1000 requests', () => {
    const requests = (count: number) => flowText(`requests:\n${'- http://h/\n'.repeat(count)}`);
    expect(problemsOf(requests(1000))).toEqual([]);
    expect(problemsOf(requests(1001))).toEqual(['scenarios.s.requests: 1001 requests are more than 1000']);
  });

  it('reports a wrong variable once, and not where it is used', () => {
    const text = flowText('variables: {a: [b]}\nrequests: ["http://h/${a}"]');
    expect(problemsOf(text)).toEqual(['scenarios.s.variables.a: a list is not a text']);
  });

  it('warns of what Taurus would send as nobody wants it', () => {
    const { warnings } = read(
      flowText('default-address: http://h/v1\nvariables: {a: yes, b: "${a}"}\nrequests: ["/${a}${b}"]'),
    );
    expect(warnings).toEqual([
      'scenarios.s.variables.a: true is sent as True, as Taurus does; put it in quotes to send it as it is',
      'scenarios.s.variables.b: a variable cannot be made of another, as in Taurus: ${...} in it is sent as it is written',
      'default-address "http://h/v1": what follows host and port is dropped, as JMeter does',
    ]);
  });

  it('warns of no secret, which is looked for when a run starts', () => {
    expect(read(flowText("requests: ['http://h/${secrets.KEY}']")).warnings).toEqual([]);
    expect(read(flowText("requests: ['http://h/${secrets.a-b}']")).warnings).toHaveLength(1);
  });

  it('warns of variables that nothing sets', () => {
    const warningsOf = (keywords: string) => read(flowText(keywords)).warnings;
    const unknown = (name: string, near = '') =>
      `scenarios.s.requests[0].url: nothing sets the variable ${name}, so that it is sent as it is written${near}`;
    const request = '{url: "http://h/${ID}", extract-regexp: {other: (a)}}';
    expect(warningsOf(`variables: {id: 1}\nrequests: [${request}]`)).toEqual([unknown('ID', '; did you mean id?')]);
    expect(warningsOf('requests: [{url: "http://h/${constructor}"}]')).toEqual([unknown('constructor')]);
    for (const setter of [
      '{url: "http://h/", extract-jsonpath: {ID: $.a}}',
      '{set-variables: {ID: 1}}',
      '{set-variables: {"${x}": 1}}',
      '{foreach: ID in ids, do: ["http://h/"]}',
      '{url: "http://h/${__Random(1,2,ID)}"}',
    ]) {
      expect(warningsOf(`variables: {x: ID}\nrequests: [${request}, ${setter}]`)).toEqual([]);
    }
    expect(warningsOf(`data-sources: [a.csv]\nrequests: [${request}]`)).toEqual([]);
    expect(warningsOf(`data-sources: [{path: a.csv, variable-names: "a,ID"}]\nrequests: [${request}]`)).toEqual([]);
    for (const own of ['START.MS', 'JMeterThread.last_sample_ok', 'other_1', 'other_matchNr']) {
      expect(warningsOf(`requests: [{url: "http://h/\${${own}}", extract-regexp: {other: (a)}}]`)).toEqual([]);
    }
  });
});
