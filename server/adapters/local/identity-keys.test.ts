import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicKeysOf } from '../../identity/keys.ts';
import { makeTemporaryFolder } from './fixtures/temporary-folder.ts';
import { openIdentityKeys } from './identity-keys.ts';

describe('the keys of the OpenID provider', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let path: string;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    path = join(folder.path, 'identity-keys.json');
  });
  afterEach(() => folder.remove());

  it('are made once, for their owner only', async () => {
    const made = await openIdentityKeys(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await openIdentityKeys(path)).toEqual(made);
    const other = await openIdentityKeys(join(folder.path, 'other.json'));
    expect(other.signingKeys).not.toEqual(made.signingKeys);
    expect(other.cookieKeys).not.toEqual(made.cookieKeys);
  });

  it('sign what their public halves confirm, which hold nothing private', async () => {
    const keys = await openIdentityKeys(path);
    const key = keys.signingKeys[0] as NonNullable<(typeof keys.signingKeys)[number]>;
    const signed = await new SignJWT({ a: 1 })
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .sign(await importJWK(key));
    const open = publicKeysOf(keys);
    expect(await jwtVerify(signed, createLocalJWKSet(open))).toMatchObject({ payload: { a: 1 } });
    expect(JSON.stringify(open)).not.toContain(key.d);
    expect(Object.keys(open.keys[0] ?? {})).not.toContain('d');
  });

  it('are made private again', async () => {
    await openIdentityKeys(path);
    await chmod(path, 0o644);
    await openIdentityKeys(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('are refused when the file is damaged, without repeating what it holds', async () => {
    for (const text of [
      '',
      '{"secret',
      '{"version":1,"signingKeys":[],"cookieKeys":["secret"]}',
      'x'.repeat(100_000),
    ]) {
      await writeFile(path, text);
      const error = await openIdentityKeys(path).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'store_failed', message: expect.stringContaining('is damaged') });
      expect(`${error.message} ${error.cause ?? ''}`).not.toContain('secret');
      expect(await readFile(path, 'utf8')).toBe(text);
    }
  });
});
