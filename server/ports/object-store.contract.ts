import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { compareKeys } from './object-key.ts';
import type { ObjectStore, ReadableObject } from './object-store.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (found: { body: Uint8Array } | null) => (found === null ? null : new TextDecoder().decode(found.body));
const conflict = { name: 'LoadstarError', code: 'conflict' };
const refused = { name: 'LoadstarError', code: 'option_invalid' };
const CONCURRENT = 100;

const badKeys: [string, string][] = [
  ['empty', ''],
  ['absolute', '/etc/passwd'],
  ['ending in a slash', 'a/'],
  ['with an empty part', 'a//b'],
  ['a parent', '..'],
  ['climbing out', '../outside'],
  ['climbing out in the middle', 'a/../../outside'],
  ['with a dot part', 'a/./b'],
  ['with a NUL', 'a\0b'],
  ['with a line break', 'a\nb'],
  ['with a backslash', 'a\\..\\b'],
  ['with half of a surrogate pair', 'a\ud800b'],
  ['in a folder for drafts', 'a/.tmp/b'],
  ['too long', `${'abcdefg/'.repeat(limits.objectKeyBytesMax / 8)}x`],
  ['with a part too long', 'x'.repeat(limits.objectKeyPartBytesMax + 1)],
  ['with a part too long in UTF-8', 'é'.repeat(128)],
];

/** What every object store does. */
export function objectStoreContract(
  name: string,
  open: () => Promise<{ store: ObjectStore; close: () => Promise<void> }>,
): void {
  describe(`${name} is an object store`, () => {
    let store: ObjectStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ store, close } = await open());
    });
    afterEach(() => close());
    contents(() => store);
    conditions(() => store);
    keys(() => store);
    listing(() => store);
    deleting(() => store);
    model(() => store);
  });
}

function contents(store: () => ObjectStore): void {
  it('gives back what was put, with the etag that put gave', async () => {
    const etag = await store().put('runs/1/plan.json', bytes('{"a":1}'));
    const found = await store().get('runs/1/plan.json');
    expect(textOf(found)).toBe('{"a":1}');
    expect(found?.etag).toBe(etag);
  });

  it('has null for what is not there, be it a name, a folder or below an object', async () => {
    await store().put('a/b', bytes('x'));
    expect(await store().get('nothing')).toBeNull();
    expect(await store().get('a')).toBeNull();
    expect(await store().get('a/b/c')).toBeNull();
  });

  it('replaces the whole object and changes its etag', async () => {
    const first = await store().put('k', bytes('a long first content'));
    const second = await store().put('k', bytes('short'));
    expect(second).not.toBe(first);
    expect(textOf(await store().get('k'))).toBe('short');
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['every byte', Uint8Array.from({ length: 256 }, (_, i) => i)],
    ['16 MB', new Uint8Array(16 * 1024 * 1024).fill(7)],
  ])('holds %s', async (_what, body) => {
    await store().put('k', body);
    const found = await store().get('k');
    expect(found && Buffer.compare(found.body, body)).toBe(0);
    expect(await store().list('')).toMatchObject([{ key: 'k', sizeBytes: body.length }]);
  });

  it.each([0, 1, 200_000])('takes pieces as they come: %i bytes', async (sizeBytes) => {
    const body = Uint8Array.from({ length: sizeBytes }, (_, i) => i % 251);
    async function* pieces() {
      for (let at = 0; at < sizeBytes; at += 70_000) {
        await new Promise(setImmediate);
        yield body.subarray(at, at + 70_000);
      }
    }
    const etag = await store().put('a/k', pieces(), { ifAbsent: true });
    expect(Buffer.compare((await store().get('a/k'))?.body ?? bytes('none'), body)).toBe(0);
    expect(await store().put('a/k', body)).toBe(etag);
    await expect(store().put('a/k', pieces(), { ifAbsent: true })).rejects.toMatchObject(conflict);
  });

  it('writes nothing of pieces that break off, and passes the error on', async () => {
    async function* broken() {
      yield bytes('a part');
      throw new LoadstarError('request_invalid', 'it broke off');
    }
    await store().put('old', bytes('old'));
    for (const key of ['old', 'new']) {
      await expect(store().put(key, broken())).rejects.toMatchObject({ code: 'request_invalid' });
    }
    expect((await store().list('')).map(({ key }) => key)).toEqual(['old']);
    expect(textOf(await store().get('old'))).toBe('old');
  });

  it.each([0, 1, 200_000])('is read in pieces: %i bytes', async (sizeBytes) => {
    const body = Uint8Array.from({ length: sizeBytes }, (_, i) => i % 251);
    await store().put('a/k', body);
    const found = await store().read('a/k');
    expect(found).toMatchObject({ sizeBytes, modifiedAtMs: expect.any(Number) });
    expect(Buffer.compare(Buffer.concat((await allOf(found)) ?? []), body)).toBe(0);
    const [info] = await store().list('');
    expect(found?.modifiedAtMs).toBe(info?.modifiedAtMs);
  });

  it('is read in parts', async () => {
    const body = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);
    await store().put('k', body);
    const found = await store().read('k');
    for (const [from, to] of [
      [0, 0],
      [0, 1],
      [70_000, 199_999],
      [199_999, 200_000],
      [200_000, 200_000],
    ] as const) {
      const pieces: Uint8Array[] = [];
      for await (const piece of found?.chunks({ from, to }) ?? []) pieces.push(piece);
      expect(Buffer.compare(Buffer.concat(pieces), body.subarray(from, to))).toBe(0);
    }
  });

  it('is not read in pieces where none is, nor when it has changed its size meanwhile', async () => {
    await store().put('a/k', bytes('first'));
    expect(await store().read('a')).toBeNull();
    expect(await store().read('b')).toBeNull();
    const longer = await store().read('a/k');
    await store().put('a/k', bytes('longer'));
    await expect(allOf(longer)).rejects.toMatchObject(conflict);
    const gone = await store().read('a/k');
    await store().delete('a/k');
    await expect(allOf(gone)).rejects.toMatchObject(conflict);
  });

  it('is read whole, as it was when its reading began, while others replace it', async () => {
    const bodies = [new Uint8Array(300_000).fill(1), new Uint8Array(300_000).fill(2)] as const;
    await store().put('k', bodies[0]);
    const pieces = (await store().read('k'))?.chunks();
    const first = await pieces?.next();
    await store().put('k', bodies[1]);
    const rest: Uint8Array[] = [];
    for await (const piece of pieces ?? []) rest.push(piece);
    expect(Buffer.compare(Buffer.concat([first?.value ?? new Uint8Array(0), ...rest]), bodies[0])).toBe(0);
  });

  it('shares no memory with those who put and get', async () => {
    const body = bytes('abc');
    const putting = store().put('k', body);
    await putting;
    body[0] = 0;
    const found = await store().get('k');
    expect(textOf(found)).toBe('abc');
    found?.body.fill(0);
    expect(textOf(await store().get('k'))).toBe('abc');
  });

  it('never shows a part of an object while it is replaced', async () => {
    const bodies = [new Uint8Array(300_000).fill(1), new Uint8Array(500_000).fill(2)] as const;
    await store().put('k', bodies[0]);
    let writing = true;
    const write = async () => {
      for (let i = 1; i <= 20; i++) await store().put('k', bodies[i % 2 === 0 ? 0 : 1]);
      writing = false;
    };
    const read = async () => {
      while (writing) {
        const found = await store().get('k');
        const expected = bodies[found?.body[0] === 1 ? 0 : 1];
        expect(found && Buffer.compare(found.body, expected)).toBe(0);
        await new Promise(setImmediate);
      }
    };
    await Promise.all([write(), read(), read()]);
  });
}

async function allOf(object: ReadableObject | null): Promise<Uint8Array[] | null> {
  if (object === null) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of object.chunks()) pieces.push(piece);
  return pieces;
}

function conditions(store: () => ObjectStore): void {
  it('puts with ifAbsent only where nothing is', async () => {
    await store().put('k', bytes('first'), { ifAbsent: true });
    await expect(store().put('k', bytes('second'), { ifAbsent: true })).rejects.toMatchObject(conflict);
    expect(textOf(await store().get('k'))).toBe('first');
    await store().delete('k');
    await store().put('k', bytes('third'), { ifAbsent: true });
    expect(textOf(await store().get('k'))).toBe('third');
  });

  it('puts with ifMatch only on the content that was read', async () => {
    const first = await store().put('k', bytes('first'));
    const second = await store().put('k', bytes('second'), { ifMatch: first });
    await expect(store().put('k', bytes('third'), { ifMatch: first })).rejects.toMatchObject(conflict);
    expect(await store().get('k')).toMatchObject({ etag: second });
    await store().delete('k');
    await expect(store().put('k', bytes('fourth'), { ifMatch: second })).rejects.toMatchObject(conflict);
    expect(await store().get('k')).toBeNull();
  });

  it.each(['ifAbsent', 'ifMatch'] as const)('lets exactly one of many concurrent puts with %s win', async (kind) => {
    const condition =
      kind === 'ifAbsent' ? ({ ifAbsent: true } as const) : { ifMatch: await store().put('k', bytes('before')) };
    const puts = Array.from({ length: CONCURRENT }, (_, i) => store().put('k', bytes(`put ${i}`), condition));
    const results = await Promise.allSettled(puts);
    const winners = results.flatMap((result, i) => (result.status === 'fulfilled' ? [i] : []));
    expect(winners).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(conflict);
    expect(textOf(await store().get('k'))).toBe(`put ${winners[0]}`);
  });

  it('loses no update of those who read, change and put with ifMatch', async () => {
    await store().put('count', bytes('0'));
    const addOne = async (): Promise<void> => {
      const found = await store().get('count');
      if (found === null) throw new Error('the count is gone');
      const next = bytes(String(Number(textOf(found)) + 1));
      try {
        await store().put('count', next, { ifMatch: found.etag });
      } catch (error) {
        expect(error).toMatchObject(conflict);
        return addOne();
      }
    };
    await Promise.all(Array.from({ length: 15 }, addOne));
    expect(textOf(await store().get('count'))).toBe('15');
  });
}

function keys(store: () => ObjectStore): void {
  it.each(badKeys)('refuses a key that is %s', async (_what, key) => {
    await expect(store().get(key)).rejects.toMatchObject(refused);
    await expect(store().put(key, bytes('x'))).rejects.toMatchObject(refused);
    await expect(store().delete(key)).rejects.toMatchObject(refused);
    if (key !== '') await expect(store().list(`${key}/`)).rejects.toMatchObject(refused);
    await expect(store().deletePrefix(`${key}/`)).rejects.toMatchObject(refused);
    expect(await store().list('')).toEqual([]);
  });

  it.each([
    ['umlauts and spaces', 'Übersicht für alle/größe 1.json'],
    ['other scripts', '報告/отчёт/ταχύτητα.json'],
    ['characters above U+FFFF', '🚀/𝒳'],
    ['what URLs and shells take for theirs', 'a?b#c%2e%2e/$HOME;*&"\'<>|`~'],
    ['leading dots and dashes', '.hidden/..three/-rf/...'],
    ['names of object members', '__proto__/constructor'],
    ['a part of the greatest length', 'x'.repeat(limits.objectKeyPartBytesMax)],
    ['the greatest length', `${'abcdefg/'.repeat(limits.objectKeyBytesMax / 8 - 1)}abcdefgh`],
  ])('takes keys with %s', async (_what, key) => {
    await store().put(key, bytes(key));
    expect(textOf(await store().get(key))).toBe(key);
    expect(await store().list('')).toMatchObject([{ key }]);
    await store().delete(key);
    expect(await store().list('')).toEqual([]);
  });
}

function listing(store: () => ObjectStore): void {
  it('lists by the order of keys, not of folders', async () => {
    const sorted = ['a!', 'a-b/c', 'a.b', 'a/1', 'a/b/c', 'a/b0', 'a0', 'b', 'é', '\uffee', '🚀'];
    for (const key of sorted.toReversed()) await store().put(key, bytes(key));
    expect((await store().list('')).map((info) => info.key)).toEqual(sorted);
  });

  it('lists only what is below the prefix', async () => {
    for (const key of ['a/1', 'a/b/2', 'ab/3', 'c/a/4', 'd']) await store().put(key, bytes('x'));
    expect((await store().list('a/')).map((info) => info.key)).toEqual(['a/1', 'a/b/2']);
    expect((await store().list('a/b/')).map((info) => info.key)).toEqual(['a/b/2']);
    expect(await store().list('nothing/')).toEqual([]);
    expect(await store().list('d/')).toEqual([]);
  });

  it('refuses a prefix that ends within a name', async () => {
    await expect(store().list('a')).rejects.toMatchObject(refused);
    await expect(store().deletePrefix('a')).rejects.toMatchObject(refused);
  });

  it('tells size and time of each object as they are now', async () => {
    const before = Date.now();
    await store().put('k', bytes('first'));
    const [first] = await store().list('');
    await store().put('k', bytes('third!'));
    const [third] = await store().list('');
    expect(third).toMatchObject({ key: 'k', sizeBytes: 6 });
    // File systems may keep whole seconds, every second one.
    expect(third?.modifiedAtMs).toBeGreaterThan(before - 3_000);
    expect(third?.modifiedAtMs).toBeGreaterThanOrEqual(first?.modifiedAtMs ?? 0);
  });

  it('lists while objects come and go', async () => {
    for (let i = 0; i < 10; i++) await store().put(`stays/${i}`, bytes('x'));
    let changing = true;
    const change = async () => {
      for (let i = 0; i < 20; i++) {
        await store().put(`comes/and/goes/${i % 3}`, bytes(String(i)));
        await store().delete(`comes/and/goes/${i % 3}`);
      }
      changing = false;
    };
    const list = async () => {
      while (changing) {
        const found = (await store().list('')).filter((info) => info.key.startsWith('stays/'));
        expect(found).toHaveLength(10);
        await new Promise(setImmediate);
      }
    };
    await Promise.all([change(), list()]);
  });
}

function deleting(store: () => ObjectStore): void {
  it('deletes one object, and does not mind when there is none', async () => {
    await store().put('a/b', bytes('x'));
    await store().put('a/c', bytes('y'));
    await store().delete('a/b');
    await store().delete('a/b');
    await store().delete('nothing/at/all');
    await store().delete('a');
    expect((await store().list('')).map((info) => info.key)).toEqual(['a/c']);
  });

  it('deletes all below a prefix and nothing beside it', async () => {
    for (const key of ['a/1', 'a/b/2', 'ab/3', 'b']) await store().put(key, bytes('x'));
    await store().deletePrefix('a/');
    await store().deletePrefix('a/');
    await store().deletePrefix('b/');
    expect((await store().list('')).map((info) => info.key)).toEqual(['ab/3', 'b']);
  });

  it('refuses to delete everything', async () => {
    await store().put('a', bytes('x'));
    await expect(store().deletePrefix('')).rejects.toMatchObject(refused);
    expect(await store().list('')).toHaveLength(1);
  });

  it('frees the names of folders that became empty', async () => {
    await store().put('a/b/c', bytes('x'));
    await store().delete('a/b/c');
    await store().put('a', bytes('y'));
    expect(textOf(await store().get('a'))).toBe('y');
    await store().delete('a');
    await store().put('a/b', bytes('z'));
    await store().deletePrefix('a/');
    await store().put('a', bytes('y'));
    expect((await store().list('')).map((info) => info.key)).toEqual(['a']);
  });

  it('puts and deletes in the same folder at once', async () => {
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        await store().put(`folder/in/${i}`, bytes(String(i)));
        await store().delete(`folder/in/${i}`);
        await store().put(`folder/in/${i}`, bytes(String(i)));
      }),
    );
    expect(await store().list('folder/')).toHaveLength(20);
  });
}

/** One step of a random walk over few keys; what a kind of step does not need, it ignores. */
interface Step {
  kind: 'put' | 'put if absent' | 'put if unchanged' | 'delete' | 'delete prefix' | 'list';
  key: string;
  prefix: string;
  content: string;
}

function model(store: () => ObjectStore): void {
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('put', 'put if absent', 'put if unchanged', 'delete', 'delete prefix', 'list'),
    key: fc.constantFrom('a/1', 'a/2', 'a/b/1', 'b/1', 'c'),
    prefix: fc.constantFrom('a/', 'a/b/', 'b/', 'none/'),
    content: fc.constantFrom('', 'x', 'y', 'longer'),
  });

  it('does what a map of keys does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        for (const info of await store().list('')) await store().delete(info.key);
        const expected = new Map<string, string>();
        for (const next of steps) await take(store(), expected, next);
        const listed = await store().list('');
        expect(listed.map((info) => info.key)).toEqual([...expected.keys()].toSorted(compareKeys));
        for (const info of listed) {
          expect(textOf(await store().get(info.key))).toBe(expected.get(info.key));
        }
      }),
      { numRuns: 15 },
    );
  });
}

async function take(store: ObjectStore, expected: Map<string, string>, step: Step): Promise<void> {
  if (step.kind === 'list') {
    const below = [...expected.keys()].filter((key) => key.startsWith(step.prefix));
    expect((await store.list(step.prefix)).map((info) => info.key)).toEqual(below.toSorted(compareKeys));
  } else if (step.kind === 'delete prefix') {
    await store.deletePrefix(step.prefix);
    for (const key of [...expected.keys()]) if (key.startsWith(step.prefix)) expected.delete(key);
  } else if (step.kind === 'delete') {
    await store.delete(step.key);
    expected.delete(step.key);
  } else if (step.kind === 'put') {
    await store.put(step.key, bytes(step.content));
    expected.set(step.key, step.content);
  } else {
    const there = await store.get(step.key);
    const wins = step.kind === 'put if absent' ? there === null : there !== null;
    const condition =
      step.kind === 'put if absent' ? ({ ifAbsent: true } as const) : { ifMatch: there?.etag ?? 'none' };
    const result = await store.put(step.key, bytes(step.content), condition).catch((error: unknown) => error);
    if (wins) expected.set(step.key, step.content);
    else expect(result).toMatchObject(conflict);
  }
}
