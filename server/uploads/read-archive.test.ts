import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { zipOf } from '../verbs/results/zip.ts';
import { type RawEntry, rawZip, sourceOf } from './fixtures/raw-zip.ts';
import { readArchive } from './read-archive.ts';

async function unpacked(bytes: Uint8Array): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const { chunks, path, sizeBytes } of await readArchive(sourceOf(bytes))) {
    const pieces: Uint8Array[] = [];
    for await (const piece of chunks()) pieces.push(piece);
    files[path] = Buffer.concat(pieces).toString();
    expect(Buffer.byteLength(files[path])).toBe(sizeBytes);
  }
  return files;
}

async function refusalOf(bytes: Uint8Array): Promise<LoadstarError> {
  const result = await unpacked(bytes).catch((error: unknown) => error);
  if (!(result instanceof LoadstarError)) throw new Error(`not refused: ${String(result)}`);
  expect(result.code).toBe('archive_invalid');
  return result;
}

describe('an archive', () => {
  it('is read as it was packed, by whatever packs', async () => {
    const text = 'a,b\n'.repeat(50_000);
    const entries = { 'shop.jmx': '<jmeterTestPlan/>', 'data/users é🚀.csv': text, empty: '' };
    const ours = zipOf(
      Object.entries(entries).map(([path, content]) => ({
        path,
        modifiedAtMs: 0,
        open: async () =>
          (async function* () {
            yield Buffer.from(content);
          })(),
      })),
    );
    const pieces: Uint8Array[] = [];
    for await (const piece of ours) pieces.push(piece);
    expect(await unpacked(Buffer.concat(pieces))).toEqual(entries);
    const raw = Object.entries(entries).map(([name, content], i) => ({ name, content, method: i % 2 === 0 ? 8 : 0 }));
    expect(await unpacked(rawZip([...raw, { name: 'data/', mode: 0o040755 }], { comment: 'PK' }))).toEqual(entries);
    expect(await unpacked(rawZip([]))).toEqual({});
  });

  it('may name its files in UTF-8 without saying so, or in what DOS had', async () => {
    const utf8 = { name: 'grün.csv', flags: 0, content: 'a' };
    expect(await unpacked(rawZip([utf8, { name: Buffer.from([0x81, 0x2e, 0x6a]), flags: 0, content: 'b' }]))).toEqual({
      'grün.csv': 'a',
      'ü.j': 'b',
    });
  });

  it('is taken without what file managers add', async () => {
    const names = ['a.py', '__MACOSX/._a.py', '__MACOSX/', '.DS_Store', 'data/.DS_Store', 'data/Thumbs.db'];
    expect(Object.keys(await unpacked(rawZip(names.map((name) => ({ name })))))).toEqual(['a.py']);
  });

  const many = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `${i}` }));
  it.each<[string, RawEntry[], RegExp]>([
    ['a path that climbs out', [{ name: '../../etc/cron.d/x' }], /leads out of the archive/],
    ['a path that climbs out in the middle', [{ name: 'a/../../x' }], /leads out/],
    ['an absolute path', [{ name: '/etc/passwd' }], /absolute path/],
    ['an absolute path of Windows', [{ name: 'C:/windows/x' }], /absolute path/],
    ['backslashes', [{ name: '..\\..\\x' }], /backslash/],
    ['a part that is a dot', [{ name: 'a/./b' }], /no file can have/],
    ['an empty part', [{ name: 'a//b' }], /no file can have/],
    ['an empty name', [{ name: '' }], /no file can have/],
    ['a folder for drafts', [{ name: '.tmp/x' }], /no file can have/],
    ['a control character', [{ name: 'a\u0007.js' }], /control character/],
    ['a NUL', [{ name: 'a\0.js' }], /control character/],
    ['text that is turned round', [{ name: 'a\u202esj.exe' }], /control character/],
    ['bytes that are no text', [{ name: Buffer.from([0xff, 0xfe]) }], /no text/],
    ['a long name', [{ name: 'x'.repeat(300) }], /no file can have/],
    ['a symbolic link', [{ name: 'link', content: '/etc/passwd', mode: 0o120777 }], /symbolic link/],
    ['a device', [{ name: 'null', mode: 0o020666 }], /neither a file nor a folder/],
    ['the same name twice', [{ name: 'a.js' }, { name: 'a.js' }], /twice/],
    ['names that differ in case alone', [{ name: 'Data.csv' }, { name: 'data.CSV' }], /twice/],
    ['names that differ in composition alone', [{ name: 'e\u0301' }, { name: '\u00e9' }], /twice/],
    ['a file that is a folder', [{ name: 'a' }, { name: 'a/b' }], /which is a file/],
    ['a folder that is a file', [{ name: 'a/b' }, { name: 'a' }], /a file and a folder/],
    ['a password', [{ name: 'a', flags: 1 }], /encrypted/],
    ['strong encryption', [{ name: 'a', flags: 0x41 }], /encryption/],
    ['another packing', [{ name: 'a', method: 14 }], /method 14/],
    ['a file that is too large', [{ name: 'a', said: { size: limits.scenarioFileBytesMax + 1 } }], /allowed/],
    ['a bomb', [{ name: 'a', content: Buffer.alloc(2 * 1024 * 1024) }], /times its packed size/],
    ['more than it says', [{ name: 'a', content: 'x'.repeat(100), said: { size: 5 } }], /too many bytes/],
    ['less than it says', [{ name: 'a', content: 'x', said: { size: 500 } }], /not enough bytes/],
    ['a wrong checksum', [{ name: 'a', content: 'x', said: { crc: 1 } }], /damaged/],
    ['stored sizes that differ', [{ name: 'a', content: 'xy', method: 0, said: { size: 1 } }], /mismatch/],
    ['another name before the content', [{ name: 'a', said: { localName: 'b' } }], /two names/],
    [
      'contents that overlap',
      [
        { name: 'a', content: 'abc' },
        { name: 'b', said: { localName: 'a', offset: 0 } },
      ],
      /two names/,
    ],
    [
      'content in its list',
      [{ name: 'a', content: 'abc', method: 0, said: { size: 40, packedSize: 40 } }],
      /shares bytes/,
    ],
    ['a place behind its end', [{ name: 'a', said: { offset: 99_999 } }], /cannot be read/],
    ['too many files', many(limits.archiveEntriesMax + 1), /lists 5001 files/],
  ])('with %s is refused', async (_what, entries, message) => {
    const { fields, message: whole } = await refusalOf(rawZip(entries));
    expect(`${whole} ${fields.map((field) => field.message).join()}`).toMatch(message);
  });

  it('whose contents share bytes is refused: that is how small ones become huge', async () => {
    const content = Buffer.alloc(1000, 'x');
    // The second one begins within the first: a whole archive inside.
    const inner = rawZip([{ name: 'b', content }]);
    const zip = rawZip([
      { name: 'a', content: inner, method: 0 },
      { name: 'b', content, said: { offset: 31 } },
    ]);
    expect((await refusalOf(zip)).message).toMatch(/shares bytes/);
  });

  it('that unpacks to too much altogether is refused before any of it is unpacked', async () => {
    const count = Math.ceil(limits.archiveBytesMax / limits.scenarioFileBytesMax) + 1;
    const size = limits.scenarioFileBytesMax;
    const entries = Array.from({ length: count }, (_, i) => ({ name: `${i}`, said: { size, packedSize: size } }));
    expect((await refusalOf(rawZip(entries))).message).toMatch(/unpacks to/);
  });

  it('with a list of its own inside its list is refused', async () => {
    const hidden = rawZip([{ name: 'hidden' }]);
    const message = /holds more than its list|shares bytes|cannot be read/;
    expect((await refusalOf(rawZip([{ name: 'a' }, { name: 'b' }], { count: 1 }))).message).toMatch(message);
    expect((await refusalOf(rawZip([{ name: 'a' }], { betweenDirectoryAndEnd: hidden }))).message).toMatch(message);
    expect((await refusalOf(rawZip([{ name: 'a' }], { count: 2 }))).message).toMatch(message);
    expect((await refusalOf(Buffer.concat([rawZip([{ name: 'a' }]), Buffer.from('more')]))).message).toMatch(message);
  });

  it.each<[string, Uint8Array]>([
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('PK, says the text')],
    ['a part of one', rawZip([{ name: 'a', content: 'abc' }]).subarray(0, -10)],
    ['the end of one', rawZip([{ name: 'a', content: 'abc' }]).subarray(20)],
  ])('that is %s is refused', async (_what, bytes) => {
    await refusalOf(bytes);
  });

  it('with any bytes changed is read right, or refused; nothing else happens', async () => {
    const whole = rawZip([
      { name: 'a.js', content: 'export default function () {}' },
      { name: 'data/b.csv', content: 'a,b,c\n'.repeat(20), method: 0 },
    ]);
    const expected = await unpacked(whole);
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(whole.length), async (changes, cut) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const part = cut % 10 === 0 ? bytes.subarray(0, cut) : bytes;
        const result: unknown = await unpacked(part).catch((error: unknown) => error);
        if (result instanceof LoadstarError) expect(result.code).toBe('archive_invalid');
        else for (const text of Object.values(result as object)) expect(Object.values(expected)).toContain(text);
      }),
      { numRuns: 400 },
    );
  });
});
