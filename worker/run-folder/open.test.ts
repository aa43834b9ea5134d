import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { openRunFolder, placeOf } from './open.ts';

const noKeys = { token: null, accessUrl: null };
const keys = { token: 'lsr_t', accessUrl: 'https://host/api/run-folders/run-1/access' };
const context = { clock: new SimulatedClock(), log: () => {} };

it('opens file: URLs, spaces and all, confined to the task', async () => {
  const root = await mkdtemp(join(tmpdir(), 'loadstar open ü '));
  try {
    const folder = await openRunFolder(placeOf(pathToFileURL(root).href, noKeys), { region: 'eu', task: 1 }, context);
    await folder.write('results/eu/1.xml', Buffer.from('x'));
    expect(await readFile(join(root, 'results/eu/1.xml'), 'utf8')).toBe('x');
    await expect(folder.write('results/eu/2.xml', Buffer.from('x'))).rejects.toMatchObject({ code: 'internal' });
    await expect(folder.read('../x')).rejects.toMatchObject({ code: 'run_folder_invalid' });
  } finally {
    await rm(root, { recursive: true });
  }
});

it.each([
  ['gs://bucket/run', /scheme gs:.*it opens file:/],
  ['https://user:secret@host/runs/1', /nothing else/],
  ['https://host/runs/1?token=secret', /nothing else/],
  ['https://host/runs/1', /needs the token of the run in LOADSTAR_RUN_TOKEN/],
  ['/absolute/path', /must be a URL like file:/],
  ['file://server/share', /names no local path/],
  ['file:///a%2Fb', /names no local path/],
])('refuses %s', (url, message) => {
  const given = url.includes('user') || url.includes('?') ? keys : noKeys;
  expect(() => placeOf(url, given)).toThrow(message);
  expect(() => placeOf(url, given)).not.toThrow(/secret/);
});

it.each(['http://10.0.0.1:8080/api/run-folders/run-1', 'https://host/api/run-folders/run-1/'])('takes %s', (url) => {
  expect(placeOf(url, keys)).toEqual({ kind: 'http', url: url.replace(/\/?$/, '/'), token: 'lsr_t' });
});

describe('a folder in S3', () => {
  const place = { kind: 's3', bucket: 'my-bucket', prefix: 'runs/run-1/', region: 'eu-west-1' };

  it.each(['s3://my-bucket/runs/run-1/?region=eu-west-1', 's3://my-bucket/runs/run-1?region=eu-west-1'])(
    'is %s',
    (url) => {
      expect(placeOf(url, keys)).toEqual({ ...place, ...keys });
    },
  );

  it.each([
    ['s3://my-bucket/runs/run-1/', keys, /a URL like s3:/],
    ['s3://my-bucket/runs/run-1/?region=eu-west-1&more=1', keys, /a URL like s3:/],
    ['s3://my-bucket/?region=eu-west-1', keys, /a URL like s3:/],
    ['s3:///runs/run-1/?region=eu-west-1', keys, /a URL like s3:/],
    ['s3://user:secret@my-bucket/runs/run-1/?region=eu-west-1', keys, /a URL like s3:/],
    ['s3://my-bucket/runs/%2e%2e/?region=eu-west-1', keys, /a URL like s3:/],
    ['s3://my-bucket/runs/run-1/?region=evil.example/', keys, /a URL like s3:/],
    ['s3://my-bucket/runs/run-1/?region=eu-west-1', { ...keys, token: null }, /LOADSTAR_RUN_TOKEN/],
    ['s3://my-bucket/runs/run-1/?region=eu-west-1', { ...keys, accessUrl: null }, /LOADSTAR_RUN_ACCESS_URL/],
    ['s3://my-bucket/runs/run-1/?region=eu-west-1', { ...keys, accessUrl: 'file:///a' }, /LOADSTAR_RUN_ACCESS_URL/],
    ['s3://my-bucket/runs/run-1/?region=eu-west-1', { ...keys, accessUrl: 'https://a:secret@b/' }, /RUN_ACCESS_URL/],
  ])('is not %s', (url, given, message) => {
    expect(() => placeOf(url, given)).toThrow(message);
    expect(() => placeOf(url, given)).not.toThrow(/secret/);
  });
});
