/** Signing in, as browsers and programs do it, at the whole server. */
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { withServedHome } from './fixtures/serve-home.ts';
import { acceptInvitation, SignInClient } from './fixtures/sign-in-client.ts';

it('lets the first administrator in', async () => {
  await withServedHome(async (served) => {
    expect(served.isFirstStart).toBe(true);
    await acceptInvitation(served.invitation?.url ?? '');
    const client = new SignInClient(served.url);
    const tokens = await client.signIn('Ada@example.com');
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: `${served.url}/oidc`,
      aud: 'urn:loadstar:api',
      roles: ['admin'],
      email: 'ada@example.com',
    });
    expect(decodeJwt(tokens.id_token)).toMatchObject({ aud: 'loadstar-console', role: 'admin', name: 'Administrator' });
    const me = await fetch(`${served.url}/api/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    expect([me.status, await me.json()]).toMatchObject([200, { email: 'ada@example.com', role: 'admin' }]);
    expect(served.trouble).toEqual([]);
  });
});
