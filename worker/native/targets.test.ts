/** Targets that are refused where connections are opened, whatever led there. */
import { describe, expect, it } from 'vitest';
import { TargetRules } from '../../core/targets/target-rules.ts';
import { Origins } from './protocols/http1/origins.ts';
import { errorsOf, runNative } from './testing/run-native.ts';
import { response } from './testing/scripted-server.ts';
import { serve } from './testing/serve-scripted.ts';

const NEVER = 'target-refused: the target was refused: link-local and metadata addresses are no targets';
const NOT_LISTED = 'target-refused: the target was refused: the allow-list of targets does not have it';

describe('a target', () => {
  it('that a redirect leads to is refused like any other', async () => {
    const server = await serve(() =>
      response('', { code: 302, headers: 'Location: http://169.254.169.254/latest/\r\n' }),
    );
    const { total } = await runNative({ steps: [{ url: `${server.url}/` }] });
    expect(Object.keys(errorsOf(total))).toEqual([NEVER]);
  });

  it.each(['http://[::ffff:169.254.169.254]/', 'http://[fe80::1]/'])(
    'such as %s is refused without a connection',
    async (url) => {
      const origins = new Origins();
      const origin = origins.of(new URL(url));
      expect(origin.literal).toMatchObject({ type: 'target-refused' });
      expect(await origin.resolve()).toMatchObject({ type: 'target-refused' });
    },
  );

  it('that is not on the allow-list is refused by its address, after the name was resolved', async () => {
    const server = await serve(() => response('ok'));
    const url = `http://localhost:${server.port}/`;
    const refused = await runNative({ steps: [{ url }], plan: { targets: { allow: ['10.0.0.0/8'] } } });
    expect(errorsOf(refused.total)).toEqual({ [NOT_LISTED]: 1 });
    expect(server.connections).toBe(0);
    const allowed = await runNative({ steps: [{ url }], plan: { targets: { allow: [`127.0.0.0/8:${server.port}`] } } });
    expect(allowed.total.failures).toBe(0);
  });

  it('with several addresses is reached at those that are allowed', async () => {
    const origins = new Origins({ rules: new TargetRules(['127.0.0.1']) });
    expect(await origins.of(new URL('http://localhost:1/')).resolve()).toEqual([{ address: '127.0.0.1', family: 4 }]);
  });
});
