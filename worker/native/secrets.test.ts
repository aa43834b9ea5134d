// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are references to secrets.
/** Secrets reach the target, and nothing that people read. */
import { describe, expect, it } from 'vitest';
import { runNative, type StepChanges } from './testing/run-native.ts';
import { response } from './testing/scripted-server.ts';
import { serve } from './testing/serve-scripted.ts';

const secrets = { KEY: 'p@ss/word & more', USER: 'grace hopper' };

describe('a scenario with secrets', () => {
  it.each([1, 2])('sends them, with %i threads', async (threadsPerTask) => {
    const server = await serve(() => response('ok'));
    const steps: StepChanges[] = [
      {
        url: `${server.url}/a?key=\${__urlencode(\${secrets.KEY})}`,
        headers: [['x-key', '${secrets.KEY}; ${copy}']],
        label: 'a',
      },
    ];
    await runNative({
      steps,
      flow: { variables: { copy: '<${secrets.USER}>' } },
      secrets,
      plan: { threadsPerTask },
      startInMs: 100,
    });
    expect(server.requests).toMatchObject([
      { path: '/a?key=p%40ss%2Fword+%26+more', headers: { 'x-key': 'p@ss/word & more; <grace hopper>' } },
    ]);
  });

  it('shows them in no label, no error and no example', async () => {
    const server = await serve(() => response('you sent p@ss/word & more', { code: 500 }));
    const { total, labels } = await runNative({
      steps: [
        { url: `${server.url}/\${__urlencode(\${secrets.KEY})}`, label: 'of ${secrets.USER}' },
        {
          url: `${server.url}/b`,
          label: 'b',
          assertions: [
            {
              kind: 'contains',
              contains: ['${secrets.USER}'],
              subject: 'body',
              regexp: false,
              not: false,
              assumeSuccess: true,
            },
          ],
        },
      ],
      secrets,
    });
    expect(total.failures).toBe(2);
    expect([...labels.keys()].sort()).toEqual(['b', 'of [redacted]']);
    const told = JSON.stringify([
      ...total.errors.values(),
      ...[...labels.values()].flatMap(({ errors }) => [...errors]),
    ]);
    expect(told).toContain('[redacted]');
    for (const value of Object.values(secrets)) {
      expect(told).not.toContain(value);
      expect(told).not.toContain(encodeURIComponent(value));
    }
  });

  it('leaves a reference as it is written when there is no such secret', async () => {
    const server = await serve(() => response('ok'));
    await runNative({ steps: [{ url: `${server.url}/`, headers: [['x-key', '${secrets.NONE}']] }] });
    expect(server.requests[0]?.headers).toMatchObject({ 'x-key': '${secrets.NONE}' });
  });
});
