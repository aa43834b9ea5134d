import { expect, it } from 'vitest';
import { createMemoryObjectStore } from '../../adapters/memory/memory-object-store.ts';
import { readAhead } from './read-ahead.ts';

async function open(sizes: readonly number[]) {
  const objects = createMemoryObjectStore();
  for (const [i, size] of sizes.entries()) await objects.put(`a/${String(i).padStart(3, '0')}`, Buffer.alloc(size, i));
  let gets = 0;
  const counted = { ...objects, get: (key: string) => objects.get(key).finally(() => void gets++) };
  return { objects, ahead: readAhead({ objects: counted }, await objects.list('a/')), gets: () => gets };
}

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

it('gives each object as it is, in their order, large ones among small ones', async () => {
  const sizes = Array.from({ length: 40 }, (_, i) => (i % 7 === 3 ? 300_000 : i));
  const { ahead } = await open(sizes);
  for (const [i, { open }] of ahead.entries()) {
    expect((await textOf(await open())).equals(Buffer.alloc(sizes[i] ?? 0, i))).toBe(true);
  }
});

it('reads few ahead, and says which one was deleted meanwhile', async () => {
  const { ahead, gets, objects } = await open(Array.from({ length: 100 }, () => 1));
  await ahead[0]?.open();
  expect(gets()).toBe(16);
  await objects.delete('a/050');
  for (const { open } of ahead.slice(1, 50)) await open();
  await expect(ahead[50]?.open()).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('a/050'),
  });
});
