import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findConnection } from './connection.ts';
import { credentialsPath, readCredentials, writeCredentials } from './credentials.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-credentials-'));
  path = credentialsPath({ XDG_CONFIG_HOME: folder });
});
afterEach(() => rm(folder, { recursive: true }));

const one = { version: 1 as const, current: 'https://a', servers: { 'https://a': { token: 'secret-of-a' } } };
const find = (named: string | null, environment: Record<string, string> = {}) =>
  findConnection(named, { XDG_CONFIG_HOME: folder, ...environment }, folder);

describe('the file of credentials', () => {
  it('lies where the environment says', () => {
    expect(path).toBe(join(folder, 'loadstar', 'credentials.json'));
    expect(credentialsPath({ HOME: '/home/me' })).toBe('/home/me/.config/loadstar/credentials.json');
    expect(credentialsPath({ HOME: '/home/me', XDG_CONFIG_HOME: 'relative' })).toContain('/home/me/.config/');
  });

  it('is only for its owner, also when it was not before, and leaves no draft', async () => {
    expect(await readCredentials(path)).toEqual({ version: 1, current: null, servers: {} });
    await writeCredentials(path, one);
    expect(await readCredentials(path)).toEqual(one);
    await chmod(path, 0o644);
    await writeCredentials(path, one);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect(await readdir(dirname(path))).toEqual(['credentials.json']);
  });

  it('is refused when it is damaged, without repeating what it holds', async () => {
    await mkdir(dirname(path));
    for (const text of ['{"secret', '[]', '{"version":1,"servers":{"a":"secret"}}', '']) {
      await writeFile(path, text);
      const refusal = await readCredentials(path).catch((error) => error);
      expect([text, refusal.code]).toEqual([text, 'credentials_invalid']);
      expect(refusal.message).not.toContain('secret');
    }
  });

  it('says so when it cannot be written', async () => {
    await writeFile(join(folder, 'loadstar'), 'a file in its way');
    await expect(writeCredentials(path, one)).rejects.toMatchObject({ code: 'credentials_invalid' });
  });
});

describe('the connection', () => {
  it('is that of the option, the environment, the last login, the default, in this order', async () => {
    expect(await find(null)).toEqual({ server: 'http://127.0.0.1:8080', token: null });
    await writeCredentials(path, one);
    expect(await find(null)).toEqual({ server: 'https://a', token: 'secret-of-a' });
    expect(await find(null, { LOADSTAR_SERVER: 'https://b/' })).toEqual({ server: 'https://b', token: null });
    expect(await find('https://a/', { LOADSTAR_SERVER: 'https://b' })).toMatchObject({ token: 'secret-of-a' });
  });

  it('never gives a token to another server than its own', async () => {
    await writeCredentials(path, one);
    expect(await find('https://b')).toEqual({ server: 'https://b', token: null });
    const ofB = { LOADSTAR_SERVER: 'https://b', LOADSTAR_TOKEN: 'secret-of-b' };
    expect(await find(null, ofB)).toEqual({ server: 'https://b', token: 'secret-of-b' });
    expect(await find('https://c', ofB)).toEqual({ server: 'https://c', token: null });
    expect(await find('https://a', ofB)).toEqual({ server: 'https://a', token: 'secret-of-a' });
    expect(await find(null, { LOADSTAR_TOKEN: 'own' })).toEqual({ server: 'https://a', token: 'own' });
  });

  it('needs no file when the environment says it all', async () => {
    await mkdir(dirname(path));
    await writeFile(path, 'damaged');
    expect(await find(null, { LOADSTAR_SERVER: 'https://b', LOADSTAR_TOKEN: ' t\n' })).toEqual({
      server: 'https://b',
      token: 't',
    });
    await expect(find(null)).rejects.toMatchObject({ code: 'credentials_invalid' });
  });

  it('has the token of the data directory on this machine only', async () => {
    await mkdir(join(folder, '.loadstar'));
    await writeFile(join(folder, '.loadstar', 'local-token'), 'local\n');
    expect(await find('localhost:8080')).toMatchObject({ token: null });
    await writeFile(join(folder, '.loadstar', 'local-port'), '8080\n');
    expect(await find('localhost:8081')).toMatchObject({ token: null });
    expect(await find('localhost:8080')).toMatchObject({ token: 'local' });
    expect(await find('https://localhost.example.com')).toMatchObject({ token: null });
    expect(await find('localhost:8080', { LOADSTAR_HOME: join(folder, 'elsewhere') })).toMatchObject({ token: null });
  });

  it('talks to the server that runs with the data directory, when nobody names one', async () => {
    const home = join(folder, 'data');
    const ofHome = { LOADSTAR_HOME: home };
    await mkdir(home);
    await writeFile(join(home, 'local-port'), '9123\n');
    expect(await find(null, ofHome)).toEqual({ server: 'http://127.0.0.1:8080', token: null });
    await writeFile(join(home, 'local-token'), 'local\n');
    expect(await find(null, ofHome)).toMatchObject({ server: 'http://127.0.0.1:9123', token: 'local' });
    expect(await find(null, { ...ofHome, LOADSTAR_SERVER: 'https://b' })).toEqual({ server: 'https://b', token: null });
    const own = { ...ofHome, LOADSTAR_TOKEN: 'own' };
    expect(await find(null, own)).toEqual({ server: 'http://127.0.0.1:8080', token: 'own' });
    for (const port of ['1@evil.example', '0', '65536', '80.5', '-1']) {
      await writeFile(join(home, 'local-port'), port);
      expect(await find(null, ofHome)).toEqual({ server: 'http://127.0.0.1:8080', token: null });
    }
    await writeFile(join(home, 'local-port'), '9123\n');
    await writeCredentials(path, one);
    expect(await find(null, ofHome)).toMatchObject({ server: 'https://a', token: 'secret-of-a' });
  });
});
