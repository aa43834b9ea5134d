// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
// biome-ignore-all lint/suspicious/noThenProperty: what steps have.
/** Every kind of step, walked against a real server that notes what it is asked for. */
import { afterEach, describe, expect, it } from 'vitest';
import { flowOf } from '../../core/scenario/fixtures/flows.ts';
import { type AnyStep, closed, errorsOf, type NativeOptions, open, runNative, stepsOf } from './testing/run-native.ts';
import { response, type ScriptedServer, scriptedServer } from './testing/scripted-server.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Walks the steps; what the server was asked for, in order. Paths that begin with /bad fail. */
async function walk(steps: AnyStep[], options: Partial<NativeOptions> = {}) {
  const server = await scriptedServer(({ path }) => response('ok', { code: path.startsWith('/bad') ? 500 : 200 }));
  servers.push(server);
  const result = await runNative({
    ...options,
    steps,
    flow: { defaultAddress: server.url, ...options.flow },
  });
  return { ...result, server, paths: server.requests.map(({ path }) => path).join(' ') };
}

const get = (url: string): AnyStep => ({ url });
const iterations = (count: number): Partial<NativeOptions> => ({ loads: [closed({ iterations: count })] });

function when(condition: string, then: AnyStep[], otherwise: AnyStep[] = []): AnyStep {
  return { kind: 'if', condition, then: stepsOf(then), else: stepsOf(otherwise) };
}
function loop(times: string | null, ...steps: AnyStep[]): AnyStep {
  return { kind: 'loop', times, steps: stepsOf(steps) };
}
function once(...steps: AnyStep[]): AnyStep {
  return { kind: 'once', steps: stepsOf(steps) };
}
function set(...variables: [string, string][]): AnyStep {
  return { kind: 'set-variables', variables };
}
function action(
  name: 'pause' | 'stop' | 'stop-now' | 'continue',
  changes: { forAll?: boolean; seconds?: number } = {},
): AnyStep {
  return {
    kind: 'action',
    action: name,
    target: changes.forAll ? 'all-threads' : 'current-thread',
    pauseSeconds: changes.seconds ?? 0,
  };
}

describe('if', () => {
  it.each([
    ['"${x}" == "1"', '/then'],
    ['"${x}" == "2"', '/else'],
    ['${JMeterThread.last_sample_ok}', '/then'],
  ])('%s', async (condition, expected) => {
    const { paths } = await walk([when(condition, [get('/then')], [get('/else')])], {
      flow: { variables: { x: '1' } },
    });
    expect(paths).toBe(expected);
  });

  it('asks the opposite after what was done, as Taurus has JMeter do', async () => {
    const { paths } = await walk([set(['x', '1']), when('"${x}" == "1"', [get('/a'), set(['x', '2'])], [get('/b')])]);
    expect(paths).toBe('/a /b');
  });

  it('knows whether the last request was a success', async () => {
    const branch = when('${JMeterThread.last_sample_ok}', [get('/well')], [get('/ill')]);
    const { paths } = await walk([get('/bad'), branch, get('/good'), branch]);
    expect(paths).toBe('/bad /ill /good /well');
  });
});

describe('loops', () => {
  it('count', async () => {
    const { paths } = await walk(
      [loop('2', get('/a'), loop('${n}', get('/b'))), loop('0', get('/no')), loop('x', get('/no'))],
      {
        flow: { variables: { n: '3' } },
      },
    );
    expect(paths).toBe('/a /b /b /b /a /b /b /b');
  });

  it('tell which walk it is where somebody asks', async () => {
    const { paths } = await walk(
      [
        loop('2', get('/${__jm__Loop Controller__idx}')),
        {
          kind: 'foreach',
          collection: 'c',
          variable: 'v',
          steps: stepsOf([get('/${v}-${__jm__ForEach Controller__idx}')]),
        },
        get('/iteration-${__jm__test__idx}'),
      ],
      { ...iterations(2), flow: { variables: { c_1: 'x', c_2: 'y', c_4: 'no' } } },
    );
    const once = (iteration: number) => `/0 /1 /x-0 /y-1 /iteration-${iteration}`;
    expect(paths).toBe(`${once(0)} ${once(1)}`);
  });

  it('go on while a condition holds', async () => {
    const { paths } = await walk([
      set(['n', '0']),
      {
        kind: 'while',
        condition: '${__jexl3(${n} < 3)}',
        steps: stepsOf([set(['n', '${__intSum(${n},1)}']), get('/${n}')]),
      },
      { kind: 'while', condition: '${JMeterThread.last_sample_ok}', steps: stepsOf([get('/bad')]) },
    ]);
    expect(paths).toBe('/1 /2 /3 /bad');
  });

  it('forever, until an action ends it', async () => {
    const { paths } = await walk([
      set(['n', '0']),
      loop(null, set(['n', '${__intSum(${n},1)}']), get('/${n}'), when('${n} == 3', [action('stop')])),
      get('/never'),
    ]);
    expect(paths).toBe('/1 /2 /3');
  });
});

describe('once', () => {
  it('in a flow: in the first iteration', async () => {
    const { paths } = await walk([once(get('/login')), get('/a')], iterations(3));
    expect(paths).toBe('/login /a /a /a');
  });

  it('in a loop: whenever the loop begins anew; in anything else once for the user', async () => {
    const steps = [loop('2', once(get('/l')), get('/a')), when('true', [once(get('/o'))])];
    const { paths } = await walk(steps, iterations(2));
    expect(paths).toBe('/l /a /a /o /l /a /a');
  });

  it('for each user', async () => {
    const { labels } = await walk([once(get('/login')), get('/a')], {
      loads: [closed({ concurrency: 5, iterations: 4 })],
    });
    expect([labels.get('/login')?.requests, labels.get('/a')?.requests]).toEqual([5, 20]);
  });
});

describe('variables', () => {
  it('belong to a user', async () => {
    const { server } = await walk([get('/${me}'), set(['me', '${__threadNum}']), get('/${me}')], {
      loads: [closed({ concurrency: 3, iterations: 2 })],
      flow: { variables: { me: 'nobody' } },
    });
    const paths = server.requests.map(({ path }) => path).toSorted();
    expect(paths).toEqual(['/1', '/1', '/1', '/2', '/2', '/2', '/3', '/3', '/3', '/nobody', '/nobody', '/nobody']);
  });

  it('stay as they are written when nobody set them', async () => {
    const { server } = await walk([{ url: '/', method: 'POST', body: { kind: 'text', text: '${unknown}' } }]);
    expect(server.requests[0]?.body).toBe('${unknown}');
  });

  it('go everywhere: labels, urls, queries, headers, bodies, forms', async () => {
    const { labels, server } = await walk([
      set(['v', 'a b&c'], ['p', 'x']),
      {
        label: 'label ${p}',
        url: '/${p}?q=${p}',
        method: 'POST',
        query: [['k', '${v}']],
        headers: [
          ['X-V', '${v}'],
          ['X-C', 'constant'],
          ['X-${p}', 'named'],
        ],
        body: {
          kind: 'form',
          parameters: [
            ['f', '${v}'],
            ['${p}', '1'],
          ],
        },
      },
    ]);
    expect([...labels.keys()]).toEqual(['label x']);
    expect(server.requests[0]).toMatchObject({
      path: '/x?q=x&k=a+b%26c',
      body: 'f=a+b%26c&x=1',
      headers: { 'x-v': 'a b&c', 'x-c': 'constant', 'x-x': 'named' },
    });
  });

  it('may name the server', async () => {
    const other = await scriptedServer(() => response('other'));
    servers.push(other);
    const { server, total } = await walk([
      get('/own'),
      set(['host', `127.0.0.1:${other.port}`]),
      get('http://${host}/a?b=${host}'),
      set(['url', `${other.url}/whole`]),
      get('${url}'),
      get('/own'),
    ]);
    expect(server.requests.length).toBe(2);
    expect(other.requests.map(({ path }) => path)).toEqual([`/a?b=127.0.0.1:${other.port}`, '/whole']);
    expect(total).toMatchObject({ requests: 4, failures: 0 });
  });

  it('that make no request: failed samples, and the user goes on', async () => {
    const { paths, total } = await walk([
      set(['nl', '${__unescape(a\\nb)}'], ['bad', 'a|b'], ['scheme', 'ftp://x/']),
      { url: '/header', headers: [['X', '${nl}']] },
      get('/${bad}'),
      get('${scheme}'),
      get('http://${nl}/'),
      get('/fine'),
    ]);
    expect(paths).toBe('/fine');
    expect(total).toMatchObject({ requests: 5, failures: 4 });
    expect(errorsOf(total)).toEqual({
      'request: the header X holds a character that a header cannot carry': 1,
      'url: the address holds "|", which must be percent-encoded': 1,
      'url: the address is no http or https address': 1,
      'url: the address holds "\\n", which must be percent-encoded': 1,
    });
  });

  it('that grow without end: failed samples, and memory that does not', async () => {
    const { total } = await walk([
      set(['x', 'tea']),
      loop('40', set(['x', '${x}${x}'])),
      get('/a'),
      { url: '/b', method: 'POST', body: { kind: 'text', text: '${x}'.repeat(400) } },
      get('/c'),
    ]);
    expect(total).toMatchObject({ requests: 3, failures: 2 });
    expect(errorsOf(total)).toMatchObject({
      'request: a variable grew longer than 8 Mi characters': 1,
      'request: what was filled in is too long to be sent': 1,
    });
  });

  it("of properties and counters are the flow's", async () => {
    const { paths } = await walk([get('/${__P(host)}'), get('/${__counter(FALSE)}')], {
      loads: [closed({ iterations: 2 })],
      flow: { properties: { host: 'shop' } },
    });
    expect(paths).toBe('/shop /1 /shop /2');
  });
});

describe('actions', () => {
  it('pause', async () => {
    const { total } = await walk([get('/a'), action('pause', { seconds: 0.2 }), get('/b')]);
    expect(total.lastEndedUs).toBeGreaterThanOrEqual(200_000);
    expect(total.requests).toBe(2);
  });

  it('continue: on to the next iteration, out of all loops', async () => {
    const { paths } = await walk([get('/a'), loop('3', get('/b'), action('continue')), get('/never')], iterations(2));
    expect(paths).toBe('/a /b /a /b');
  });

  it('stop ends the user, and a run whose users have all ended', async () => {
    const { paths, server } = await walk([get('/a'), action('stop'), get('/never')], {
      loads: [closed({ concurrency: 2, holdForSeconds: 600 })],
    });
    expect(paths).toBe('/a /a');
    await expect.poll(() => server.open.size).toBe(0);
  });

  it('stop all ends the execution, and lets requests under way finish', async () => {
    const server = await scriptedServer(async ({ path }) => {
      await new Promise((resolve) => setTimeout(resolve, path === '/slow' ? 300 : 50));
      return response('ok');
    });
    servers.push(server);
    const { total } = await runNative({
      steps: [when('${__threadNum} == 1', [get('/a'), action('stop', { forAll: true })], [get('/slow')])],
      flow: { defaultAddress: server.url },
      loads: [closed({ concurrency: 4, holdForSeconds: 600 })],
    });
    expect(total).toMatchObject({ requests: 4, failures: 0, unfinishedRequests: 0 });
  });

  it('stop-now all drops them', async () => {
    const server = await scriptedServer(({ path }) => (path === '/slow' ? null : response('ok')));
    servers.push(server);
    const { total } = await runNative({
      steps: [
        when(
          '${__threadNum} == 1',
          [action('pause', { seconds: 0.2 }), get('/a'), action('stop-now', { forAll: true })],
          [get('/slow')],
        ),
      ],
      flow: { defaultAddress: server.url },
      loads: [closed({ concurrency: 4, holdForSeconds: 600 })],
    });
    expect(total).toMatchObject({ requests: 1, unfinishedRequests: 3 });
    await expect.poll(() => server.open.size).toBe(0);
  });

  it('of one execution leave the others alone', async () => {
    const server = await scriptedServer(() => response('ok'));
    servers.push(server);
    const other = { name: 'other', defaultAddress: server.url, variables: { x: 'other' } };
    const { labels } = await runNative({
      steps: [get('/a'), action('stop-now', { forAll: true })],
      flow: { defaultAddress: server.url },
      loads: [closed({ concurrency: 2, holdForSeconds: 600 })],
      others: [
        {
          flow: { ...flowOf('empty', []), ...other, steps: stepsOf([get('/${x}')]) },
          load: closed({ iterations: 50 }),
        },
      ],
    });
    expect(labels.get('/other')?.requests).toBe(50);
    expect(labels.get('/a')?.requests).toBeLessThanOrEqual(2);
  });
});

describe('nothing to request', () => {
  it.each<[string, AnyStep[]]>([
    ['a loop around nothing', [loop(null, set(['x', '1']))]],
    ['a loop around nothing at all', [loop(null)]],
    ['a while that always holds', [{ kind: 'while', condition: 'true', steps: [] }]],
    ['a flow without requests in it', [set(['x', '1'])]],
    ['an if that never holds', [when('"a" == "b"', [get('/never')])]],
  ])('%s: others go on, and it can be stopped', async (_, steps) => {
    const server = await scriptedServer(() => response('ok'));
    servers.push(server);
    const idle = { ...flowOf('empty', []), name: 'idle', defaultAddress: server.url, steps: stepsOf(steps) };
    const startedAtMs = performance.now();
    const { labels, total } = await runNative(
      {
        steps: [get('/busy')],
        flow: { defaultAddress: server.url },
        loads: [closed({ concurrency: 2, iterations: 30 })],
        others: [{ flow: idle, load: closed({ concurrency: 20, holdForSeconds: 600 }) }],
      },
      (engine) => setTimeout(() => engine.stop(0), 1_000),
    );
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    expect(labels.get('/busy')?.requests).toBe(60);
    expect(total.requests).toBe(60);
  });

  it('in an open model: starts that find nothing to request are none', async () => {
    for (const starts of ['requests', 'iterations'] as const) {
      const { total } = await walk([when('"a" == "b"', [get('/never')])], {
        loads: [open({ starts, startsPerSecond: 50, concurrency: 2, holdForSeconds: 0.5 })],
      });
      expect(total.requests).toBe(0);
    }
  });

  it('ends with its iterations', async () => {
    const { total } = await walk([set(['x', '1'])], { loads: [closed({ concurrency: 3, iterations: 100 })] });
    expect(total.requests).toBe(0);
  });
});
