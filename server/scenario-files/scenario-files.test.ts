import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { createMemoryObjectStore } from '../adapters/memory/memory-object-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { type FileEntry, withContents, withoutFile } from './file-index.ts';
import { changeFiles, putFiles, readFileIndex, readVersion } from './scenario-files.ts';

const actor = { kind: 'local' } as const;
let objects: ObjectStore;
let nowMs = 0;
beforeEach(() => {
  objects = createMemoryObjectStore();
  nowMs = 1_000;
});

const ports = () => ({ objects, nowMs: () => nowMs++ });
const bytes = (text: string) => new TextEncoder().encode(text);
const put = (files: Record<string, string>, check: (files: readonly FileEntry[]) => void = () => {}) =>
  putFiles(ports(), actor, 's', {
    bodies: new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)])),
    check,
  });
const textOf = async (version: FileEntry['versions'][number]) => {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await readVersion(ports(), 's', version))?.chunks() ?? []) pieces.push(piece);
  return Buffer.concat(pieces).toString();
};
/** Every file that is there, with its contents from the newest to the oldest. */
const told = async () => {
  const files: Record<string, string[]> = {};
  for (const { path, isDeleted, versions } of await readFileIndex(ports(), 's')) {
    files[isDeleted ? `(${path})` : path] = await Promise.all(versions.map(textOf));
  }
  return files;
};
const contentsStored = async () => (await objects.list('scenarios/s/contents/')).length;

describe('the files of a scenario', () => {
  it('keep what they held before, each content once, newest first', async () => {
    await put({ 'a.csv': 'one', b: 'same' });
    await put({ 'a.csv': 'two' });
    await put({ 'a.csv': 'two', b: 'same' });
    await put({ 'a.csv': 'one' });
    expect(await told()).toEqual({ 'a.csv': ['one', 'two'], b: ['same'] });
    expect(await contentsStored()).toBe(3);
    await changeFiles(ports(), 's', (files) => withoutFile(files, 'a.csv'));
    expect(await told()).toEqual({ '(a.csv)': ['one', 'two'], b: ['same'] });
    await put({ 'a.csv': 'three' });
    expect(await told()).toEqual({ 'a.csv': ['three', 'one', 'two'], b: ['same'] });
  });

  it('forget the oldest of many versions', async () => {
    const count = limits.fileVersionsMax + 5;
    for (let i = 1; i <= count; i++) await put({ a: `version ${i}` });
    const { a = [] } = await told();
    expect(a).toHaveLength(limits.fileVersionsMax + 1);
    expect([a[0], a.at(-1)]).toEqual([`version ${count}`, `version ${count - limits.fileVersionsMax}`]);
    expect(await contentsStored()).toBe(a.length);
  });

  it('forget the oldest of many bytes, never what is there', () => {
    const content = (name: string, sizeBytes: number) => ({ sha256: name, sizeBytes, content: name });
    const third = limits.scenarioFileVersionsBytesMax / 3;
    let files: FileEntry[] = [];
    for (let i = 0; i < 6; i++) {
      const path = i % 2 === 0 ? 'a' : 'b';
      files = withContents(files, new Map([[path, content(`${i}`, third)]]), { actor, nowMs: i });
    }
    expect(files.map(({ versions }) => versions.map(({ content: name }) => name))).toEqual([
      ['4', '2'],
      ['5', '3', '1'],
    ]);
  });

  it('are changed by many at once, and nothing is lost', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, i) => put({ [`file ${i}`]: `${i}`, shared: `${i}` })));
    const { shared, ...own } = await told();
    expect(Object.entries(own)).toHaveLength(30);
    for (const [path, contents] of Object.entries(own)) expect(contents).toEqual([path.slice(5)]);
    expect(new Set(shared).size).toBe(limits.fileVersionsMax + 1);
  });

  it('stay as they were when the change is refused or cannot be written, and nothing readable is deleted', async () => {
    await put({ a: 'one' });
    const refuse = () => {
      throw new LoadstarError('conflict', 'no');
    };
    await expect(put({ a: 'two', b: 'x' }, refuse)).rejects.toMatchObject({ code: 'conflict' });
    expect([await told(), await contentsStored()]).toEqual([{ a: ['one'] }, 1]);
    const { put: write } = objects;
    // It is written, and then the answer is lost.
    objects.put = async (...input) => {
      const etag = await write(...input);
      if (input[0].endsWith('files.json')) throw new LoadstarError('store_failed', 'lost');
      return etag;
    };
    await expect(put({ a: 'two' })).rejects.toMatchObject({ code: 'store_failed' });
    expect(await told()).toEqual({ a: ['two', 'one'] });
  });

  it('that were stored before there was an index are found, and get versions too', async () => {
    await objects.put('scenarios/s/files/data/users.csv', bytes('old'));
    expect(await told()).toEqual({ 'data/users.csv': ['old'] });
    await put({ 'data/users.csv': 'new' });
    expect(await told()).toEqual({ 'data/users.csv': ['new', 'old'] });
  });

  it('are those of a list of changes, whatever these are', async () => {
    const step = fc.record({
      path: fc.constantFrom('a', 'b', 'c'),
      text: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: null }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        objects = createMemoryObjectStore();
        const expected: Record<string, string> = {};
        for (const { path, text } of steps) {
          if (text === null) delete expected[path];
          else expected[path] = text;
          if (text === null) await changeFiles(ports(), 's', (files) => withoutFile(files, path));
          else await put({ [path]: text });
        }
        const present = Object.entries(await told()).filter(([path]) => !path.startsWith('('));
        expect(Object.fromEntries(present.map(([path, [newest]]) => [path, newest]))).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});
