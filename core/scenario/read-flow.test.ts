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
    ['http://${host}:${port}', 'http://shop:81'],
    ['${base}', 'https://base'],
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
    ['store-cookie: true', 'store-cookie: not supported by the native engine yet; leave it out or write false'],
    ['store-cache: true', 'store-cache: not supported by the native engine yet; leave it out or write false'],
    [
      'retrieve-resources: true',
      'retrieve-resources: not supported by the native engine yet; leave it out or write false',
    ],
    ['random-source-ip: true', 'random-source-ip: not supported by the native engine yet; leave it out or write false'],
    ['protocol: mqtt', 'protocol: not supported by the native engine yet; write http'],
    ['data-sources: [a.csv]', 'data-sources: not supported by the native engine yet'],
    [
      'cookies: [{name: a}]',
      'cookies: not supported by the native engine yet; cookies are neither kept nor sent; leave it out or write false',
    ],
    [
      'script: a.jmx',
      'script: not supported by the native engine yet; scripts cannot be run yet; describe the load as requests',
    ],
    ['timeout: 0', 'timeout: must be more than 0'],
    [
      'think-time: gaussian(1s, 100ms)',
      'think-time: "gaussian(1s, 100ms)": random think times are not supported by the native engine yet; write a constant time',
    ],
    ['keep-alive: false', 'keep-alive: not a keyword of a scenario; did you mean keepalive?'],
    ['default-adress: http://h', 'default-adress: not a keyword of a scenario; did you mean default-address?'],
    ['default-address: h', 'default-address: "h" is not an address with http:// or https://'],
    [
      'default-address: http://h/v1',
      'default-address: is only scheme, host and port: what follows belongs into the urls of the requests',
    ],
    [
      'default-address: "http://h/?a=b"',
      'default-address: is only scheme, host and port: what follows belongs into the urls of the requests',
    ],
    [
      'default-address: "http://u@h"',
      'default-address: holds a user name or password, which would show in reports; send an Authorization header instead',
    ],
    [
      'default-address: "http://${host}"',
      'default-address: ${host}: there is no variable of that name; define it below variables of the scenario',
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
    ['variables: {a: yes}', 'variables.a: true is not a text: put it in quotes'],
    [
      'variables: {a: 1, b: "${a}"}',
      'variables.b: not supported by the native engine yet; a variable cannot be made of another',
    ],
  ])('says what is wrong with {%s}', (keywords, problem) => {
    expect(problemsOf(flowText(`${keywords}\nrequests: [http://h/]`))).toEqual([`scenarios.s.${problem}`]);
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
    expect(problemsOf(flowText('variables: {a: yes}\nrequests: ["http://h/${a}"]'))).toEqual([
      'scenarios.s.variables.a: true is not a text: put it in quotes',
    ]);
  });
});
