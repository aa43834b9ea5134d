// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
// biome-ignore-all lint/suspicious/noThenProperty: it is a step's name for it.
import { describe, expect, it } from 'vitest';
import { requestStep } from './fixtures/flows.ts';
import { flowText, problemsOf, read, stepProblemsOf, stepsOf } from './fixtures/texts.ts';
import { requestsOf, walkSteps } from './walk-steps.ts';

const get = (url: string) => requestStep({ url, label: url });

describe('blocks', () => {
  it.each([
    [
      `{if: '"\${a}" == "1"', then: [/a], else: [/b, /c]}`,
      { kind: 'if', condition: '"${a}" == "1"', then: [get('/a')], else: [get('/b'), get('/c')] },
    ],
    [`{if: '1 == 1', then: [/a]}`, { kind: 'if', condition: '1 == 1', then: [get('/a')], else: [] }],
    ['{once: [/a]}', { kind: 'once', steps: [get('/a')] }],
    ['{loop: 5, do: [/a]}', { kind: 'loop', times: '5', steps: [get('/a')] }],
    ['{loop: 0, do: [/a]}', { kind: 'loop', times: '0', steps: [get('/a')] }],
    ['{loop: forever, do: [/a]}', { kind: 'loop', times: null, steps: [get('/a')] }],
    ['{loop: -1, do: [/a]}', { kind: 'loop', times: null, steps: [get('/a')] }],
    ['{loop: "${a}", do: [/a]}', { kind: 'loop', times: '${a}', steps: [get('/a')] }],
    [
      '{while: "${JMeterThread.last_sample_ok}", do: [/a]}',
      { kind: 'while', condition: '${JMeterThread.last_sample_ok}', steps: [get('/a')] },
    ],
    [
      '{foreach: name in names, do: ["/${name}"]}',
      { kind: 'foreach', variable: 'name', collection: 'names', steps: [get('/${name}')] },
    ],
    [
      '{transaction: "T ${a}", do: [/a]}',
      { kind: 'transaction', label: 'T ${a}', isParent: false, includesThinkTime: false, steps: [get('/a')] },
    ],
    [
      '{transaction: T, force-parent-sample: yes, include-timers: true, do: []}',
      { kind: 'transaction', label: 'T', isParent: true, includesThinkTime: true, steps: [] },
    ],
    [
      '{action: pause, pause-duration: 1s500ms}',
      { kind: 'action', action: 'pause', target: 'current-thread', pauseSeconds: 1.5 },
    ],
    [
      '{action: stop-now, target: all-threads}',
      { kind: 'action', action: 'stop-now', target: 'all-threads', pauseSeconds: 0 },
    ],
    [
      '{set-variables: {b: "${a}2", a: 1, c: yes}}',
      {
        kind: 'set-variables',
        variables: [
          ['a', '1'],
          ['b', '${a}2'],
          ['c', 'True'],
        ],
      },
    ],
  ])('reads %j', (written, step) => {
    expect(stepsOf(written, 'variables: {a: 1}')).toEqual([step]);
  });

  it('takes force-parent-sample from the scenario unless a transaction says otherwise', () => {
    const transactions = '{transaction: A, do: [/a]}, {transaction: B, force-parent-sample: false, do: [/a]}';
    expect(stepsOf(transactions, 'force-parent-sample: true')).toMatchObject([{ isParent: true }, { isParent: false }]);
  });

  it('are walked with all that is in them, in the order of the file', () => {
    const steps = stepsOf(
      `/1, {if: '1 == 1', then: [{loop: 2, do: [/2]}], else: [/3]}, {transaction: T, do: [{once: [/4]}]}`,
    );
    expect(requestsOf(steps).map(({ url }) => url)).toEqual(['/1', '/2', '/3', '/4']);
    expect([...walkSteps(steps)].map(({ path }) => path.join('.'))).toEqual([
      '0',
      '1',
      '1.then.0',
      '1.then.0.do.0',
      '1.else.0',
      '2',
      '2.do.0',
      '2.do.0.once.0',
    ]);
  });

  it.each([
    ['{if: "1 == 1"}', 'requests[0].then: is missing: a list of requests'],
    ['{if: , then: [/a]}', 'requests[0].if: is missing: a condition'],
    ['{if: true, then: [/a]}', 'requests[0].if: true is not a text: put it in quotes'],
    ['{if: "1 == 1", then: /a}', 'requests[0].then: "/a" is not a list'],
    ['{if: "1 == 1", then: [/a], esle: [/b]}', 'requests[0].esle: not a keyword of an if block; did you mean else?'],
    ['{loop: 5}', 'requests[0].do: is missing: a list of requests'],
    ['{loop: , do: [/a]}', 'requests[0].loop: is missing: a number, or forever'],
    ['{loop: often, do: [/a]}', 'requests[0].loop: "often" is neither a number nor forever'],
    ['{loop: 1.5, do: [/a]}', 'requests[0].loop: "1.5" is neither a number nor forever'],
    ['{foreach: names, do: [/a]}', 'requests[0].foreach: "names" does not read as <element> in <collection>'],
    ['{transaction: , do: [/a]}', 'requests[0].transaction: is missing: the name under which it is counted'],
    [`{transaction: ${'x'.repeat(1001)}, do: [/a]}`, 'requests[0].transaction: is longer than 1000 characters'],
    ['{action: pose}', 'requests[0].action: "pose" is not an action: pause, stop, stop-now, continue are'],
    ['{action: stpo}', 'requests[0].action: "stpo" is not an action; did you mean stop?'],
    ['{action: stop, target: me}', 'requests[0].target: "me" is not a target: current-thread, all-threads are'],
    ['{action: continue, target: all-threads}', 'requests[0].target: continue is for current-thread only'],
    ['{set-variables: [a]}', 'requests[0].set-variables: a list is not a mapping'],
    ['{set-variables: {a: [1]}}', 'requests[0].set-variables.a: a list is not a text'],
    ['{once: [{url: /a, x: 1}]}', 'requests[0].once[0].x: not a keyword of a request'],
    ['{include-scenario: }', 'requests[0].include-scenario: is missing: the name of a scenario'],
    ['5', 'requests[0]: 5 is not a request: a url or a mapping is expected'],
  ])('%j is refused', (written, problem) => {
    const [first, ...others] = stepProblemsOf(written);
    expect(first).toBe(problem);
    expect(others.filter((other) => !/is missing/.test(other))).toEqual([]);
  });

  it('may be nested 20 deep, and hold 1,000 steps together', () => {
    const nested = (depth: number) => `${'{once: ['.repeat(depth)}/a${']}'.repeat(depth)}`;
    expect(stepProblemsOf(nested(20))).toEqual([]);
    expect(stepProblemsOf(nested(21))).toEqual([expect.stringMatching(/: blocks are nested more than 20 deep$/)]);
    const many = (count: number) => `{once: [${Array.from({ length: count }, () => '/a').join(', ')}]}`;
    expect(stepProblemsOf(many(999))).toEqual([]);
    expect(stepProblemsOf(many(1000))).toEqual([
      'requests[0].once: there are more than 1000 requests and blocks, counting those of included scenarios',
    ]);
  });
});

describe('include-scenario', () => {
  const file = (scenarios: string) => `execution: {scenario: s}\nscenarios:\n${scenarios}`;
  const login = (keywords: string, main = '') =>
    file(
      `  login: {${keywords}, requests: [/in]}\n  s: {default-address: "http://h", ${main}requests: [{include-scenario: login}, /a]}`,
    );
  const stepsIn = (text: string) => requestsOf(read(text).scenario.flows.s?.steps ?? []);

  it('puts the requests where it stands, with what their scenario says of them', () => {
    const [included, own] = stepsIn(
      login(
        'timeout: 5s, think-time: 1s, keepalive: false, follow-redirects: false, content-encoding: us-ascii, random-source-ip: true',
        'timeout: 9s, content-encoding: utf-8, ',
      ),
    );
    expect(included).toMatchObject({
      url: '/in',
      timeoutSeconds: 5,
      thinkTime: { kind: 'constant', seconds: 1 },
      keepAlive: false,
      followRedirects: false,
      contentEncoding: 'US-ASCII',
      randomSourceIp: true,
    });
    expect(own).toMatchObject({ url: '/a', timeoutSeconds: 9, keepAlive: true, contentEncoding: 'UTF-8' });
  });

  it('keeps the timeout of its scenario, also where that is the default, and not that of the including one', () => {
    expect(stepsIn(login('keepalive: true', 'timeout: 9s, '))[0]?.timeoutSeconds).toBe(30);
  });

  it('goes to the default address of its scenario, or else to that of the including one', () => {
    expect(stepsIn(login('default-address: "https://auth:8443"'))[0]?.url).toBe('https://auth:8443/in');
    expect(stepsIn(login('default-address: "http://h"'))[0]?.url).toBe('/in');
    expect(stepsIn(login('timeout: 1s'))[0]?.url).toBe('/in');
  });

  it('leaves headers, variables and properties behind, as Taurus does, but decides by the headers what is JSON', () => {
    const text = file(`
  login:
    headers: {Content-Type: application/json}
    variables: {v: theirs, w: unknown}
    requests: [{url: "/in/\${v}", method: POST, body: {a: 1}}]
  s: {default-address: "http://h", headers: {X-Flow: f}, variables: {v: ours}, requests: [{include-scenario: login}]}`);
    expect(stepsIn(text)).toMatchObject([{ headers: [['X-Flow', 'f']], body: { kind: 'text', text: '{"a": 1}' } }]);
    expect(read(text).scenario.flows.s?.variables).toEqual({ v: 'ours' });
    expect(read(text).warnings).toEqual([
      'scenarios.login.headers: has no effect where the scenario is included, as in Taurus',
      'scenarios.login.variables: has no effect where the scenario is included, as in Taurus',
    ]);
  });

  it('adds its data sources where each iteration comes by once, and refuses them elsewhere', () => {
    const text = (main: string) =>
      file(
        `  login: {data-sources: [a.csv], requests: [/in]}\n  s: {default-address: "http://h", requests: [${main}]}`,
      );
    expect(read(text('{transaction: T, do: [{include-scenario: login}]}')).scenario.flows.s?.dataSources).toMatchObject(
      [{ path: 'a.csv' }],
    );
    expect(read(text('{include-scenario: login}')).files).toEqual(['a.csv']);
    for (const main of [
      '{include-scenario: login}, {include-scenario: login}',
      '{loop: 2, do: [{include-scenario: login}]}',
      `{if: '1 == 1', then: [{include-scenario: login}]}`,
    ]) {
      expect(problemsOf(text(main))).toEqual([
        expect.stringMatching(
          /include-scenario: data-sources of a scenario that is included (?:twice|in a block): not/,
        ),
      ]);
    }
  });

  it.each([
    ['store-cookie: true', 'store-cookie: false, '],
    ['store-cache: true', 'store-cache: false, '],
    ['retrieve-resources: true', 'retrieve-resources: false, '],
    ['concurrent-pool-size: 9', ''],
    ['retrieve-resources-regex: x', ''],
    ['authorization: {url: "http://h", name: a, password: b}', ''],
  ])('refuses {%s} beside {%s}', (included, main) => {
    expect(problemsOf(login(included, main))).toEqual([
      expect.stringMatching(/^scenarios\.s\.requests\[0\]\.include-scenario: .* is not as in the including scenario/),
    ]);
  });

  it.each([
    ['retrieve-resources: false', ''],
    ['store-cookie: false', ''],
    ['retrieve-resources-regex: x', 'retrieve-resources-regex: x, '],
  ])('takes {%s} beside {%s}, where those of the including scenario win', (included, main) => {
    expect(problemsOf(login(included, main))).toEqual([]);
  });

  it('refuses scenarios that include themselves, that there are not, and that are too many together', () => {
    const at = 'scenarios.s.requests[0].include-scenario';
    expect(problemsOf(file('  s: {requests: [{include-scenario: s}]}'))[0]).toBe(
      `${at}: includes itself: s includes s`,
    );
    expect(
      problemsOf(file('  a: {requests: [{include-scenario: s}]}\n  s: {requests: [{include-scenario: a}]}'))[0],
    ).toBe('scenarios.a.requests[0].include-scenario: includes itself: s includes a includes s');
    expect(problemsOf(file('  aa: {requests: ["http://h"]}\n  s: {requests: [{include-scenario: a}]}'))[0]).toBe(
      `${at}: there is no scenario "a"; did you mean aa?`,
    );
    const bomb = Array.from(
      { length: 15 },
      (_, level) => `  s${level}: {requests: [{include-scenario: s${level + 1}}, {include-scenario: s${level + 1}}]}`,
    );
    expect(
      problemsOf(`execution: {scenario: s0}\nscenarios:\n${bomb.join('\n')}\n  s15: {requests: ["http://h"]}`),
    ).toEqual([expect.stringMatching(/there are more than 1000 requests and blocks/)]);
  });

  it('reports what is wrong with a scenario once, however often it is included', () => {
    const text = file(
      '  login: {requests: [{url: "http://h/", x: 1}]}\n  s: {requests: [{include-scenario: login}, {include-scenario: login}]}',
    );
    expect(problemsOf(text)).toEqual(['scenarios.login.requests[0].x: not a keyword of a request']);
  });

  it('uses a scenario, so that it is not warned of', () => {
    expect(read(login('timeout: 1s')).warnings).toEqual([]);
    expect(read(flowText('requests: ["http://h"]').replace('scenarios:', 'scenarios:\n  t: {}')).warnings).toEqual([
      'scenarios.t: no execution uses it',
    ]);
  });
});
