import { open, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { etagOfBody, FileEtags } from './file-etags.ts';
import { makeTemporaryFolder } from './fixtures/temporary-folder.ts';

describe('FileEtags', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let path: string;
  let laterMs: number;
  let etags: FileEtags;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    path = join(folder.path, 'file');
    laterMs = 0;
    etags = new FileEtags(() => Date.now() + laterMs);
  });
  afterEach(() => folder.remove());

  const hash = async () => {
    const file = await open(path);
    try {
      return await etags.hash('key', file, await file.stat());
    } finally {
      await file.close();
    }
  };
  const recall = async () => {
    const file = await open(path);
    try {
      return etags.recall('key', await file.stat());
    } finally {
      await file.close();
    }
  };

  it.each([0, 1, 3_000_000])('hashes a file of %d bytes as the body that it is', async (length) => {
    const body = Buffer.alloc(length, 'abc');
    await writeFile(path, body);
    expect(await hash()).toBe(etagOfBody(body));
  });

  it('remembers the hash of a file that has not changed for a while', async () => {
    await writeFile(path, 'one');
    expect(await recall()).toBeNull();
    laterMs = 60_000;
    const etag = await hash();
    expect(await recall()).toBe(etag);
  });

  it('does not trust what it tells of a file that has only just changed', async () => {
    await writeFile(path, 'one');
    await hash();
    expect(await recall()).toBeNull();
    laterMs = 60_000;
    await hash();
    laterMs = 0;
    // The same file, hashed when it was young again: the older hash must be gone, too.
    await hash();
    expect(await recall()).toBeNull();
  });

  it('forgets a file that changed, even when its size and time stayed the same', async () => {
    await writeFile(path, 'one');
    const past = new Date(Date.now() - 60_000);
    await utimes(path, past, past);
    laterMs = 60_000;
    await hash();
    expect(await recall()).not.toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await writeFile(path, 'two');
    await utimes(path, past, past);
    expect(await recall()).toBeNull();
    expect(await hash()).toBe(etagOfBody(Buffer.from('two')));
  });
});
