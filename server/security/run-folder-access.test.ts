import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createRunFolderAccess } from './run-folder-access.ts';

it('gives each run its own token, the same after a restart, and another one with another key', async () => {
  const key = randomBytes(32);
  const access = createRunFolderAccess(key, async () => 'https://loadstar.example');
  expect(await access.urlOf('run-1')).toBe('https://loadstar.example/api/run-folders/run-1/');
  const token = access.tokenOf('run-1');
  expect(token).toMatch(/^lsr_[A-Za-z0-9_-]{43}$/);
  expect(createRunFolderAccess(key, async () => '').tokenOf('run-1')).toBe(token);
  expect(access.tokenOf('run-2')).not.toBe(token);
  expect(createRunFolderAccess(randomBytes(32), async () => '').tokenOf('run-1')).not.toBe(token);
});
