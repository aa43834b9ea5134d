import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiClient } from '../client/api-client.ts';
import { createHttp } from '../client/http.ts';
import { type AnsweringServer, answerJson, startAnswering } from '../fixtures/answering-server.ts';
import { downloadArtifacts, downloadZip } from './download-artifacts.ts';

let folder: string;
let server: AnsweringServer;
let paths: string[];
let answerFile: (response: ServerResponse, url: string) => void;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-download-'));
  answerFile = (response, url) => response.end(`content of ${decodeURIComponent(url.split('/artifacts')[1] ?? '')}`);
  server = await startAnswering(({ url }, response) => {
    const [, query] = /\/artifacts\?(.*)$/.exec(url) ?? [];
    if (query === undefined) return answerFile(response, url);
    // Two a page.
    const from = Number(new URLSearchParams(query).get('cursor') ?? 0);
    const items = paths
      .slice(from, from + 2)
      .map((path) => ({ path, sizeBytes: 1, modifiedAt: '2026-01-01T00:00:00.000Z' }));
    answerJson(response, { items, nextCursor: from + 2 < paths.length ? String(from + 2) : null });
  });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const client = () => createApiClient(createHttp({ server: server.url, token: null }));
const download = (to: string) => downloadArtifacts(client(), 'run-1', to);
const codeOf = (promise: Promise<unknown>) => promise.then(() => 'none').catch((error) => error.code);

describe('the artifacts of a run', () => {
  it('come into a new folder, page by page, by their paths', async () => {
    paths = ['eu/0/task.log', 'eu/0/a b%/ü.txt', 'eu/1/task.log', 'us/0/x', 'us/0/..y'];
    expect(await download(join(folder, 'new', 'out'))).toHaveLength(5);
    for (const path of paths) {
      expect(await readFile(join(folder, 'new', 'out', path), 'utf8')).toBe(`content of /${path}`);
    }
  });

  it('are all refused when one of them would lie outside of it', async () => {
    for (const hostile of [
      '../x',
      'a/../../x',
      '/etc/x',
      'a//b',
      './x',
      'a\\..\\x',
      'a\u0000b',
      'a\nb',
      '',
      'x'.repeat(300),
    ]) {
      paths = ['good', hostile];
      expect([hostile, await codeOf(download(join(folder, 'out')))]).toEqual([hostile, 'server_answer_invalid']);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('are not mixed with what is there', async () => {
    paths = ['x'];
    await writeFile(join(folder, 'mine'), '');
    expect(await codeOf(download(folder))).toBe('option_invalid');
    expect(await codeOf(download(join(folder, 'mine')))).toBe('option_invalid');
    expect(await readdir(folder)).toEqual(['mine']);
  });

  it('are refused when one is to be a file and a folder, or comes twice', async () => {
    paths = ['a', 'a/b'];
    expect(await codeOf(download(join(folder, '1')))).not.toBe('none');
    paths = ['a', 'a'];
    expect(await codeOf(download(join(folder, '2')))).toBe('option_invalid');
  });

  it('are not taken for whole when the server breaks off', async () => {
    paths = ['x'];
    answerFile = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('part');
      setTimeout(() => response.destroy(), 20);
    };
    expect(await codeOf(download(join(folder, 'out')))).toBe('server_unreachable');
    expect(await codeOf(downloadZip(client(), 'run-1', join(folder, 'out.zip')))).toBe('server_unreachable');
    expect((await readdir(folder)).filter((name) => name.includes('zip'))).toEqual([]);
  });
});

describe('the zip file of a run', () => {
  it('is there as a whole, and replaces nothing', async () => {
    const file = join(folder, 'run.zip');
    await downloadZip(client(), 'run-1', file);
    expect(await readFile(file, 'utf8')).toBe('content of .zip');
    expect(await readdir(folder)).toEqual(['run.zip']);
    expect(await codeOf(downloadZip(client(), 'run-1', file))).toBe('option_invalid');
    expect(await readFile(file, 'utf8')).toBe('content of .zip');
  });

  it('is not written through a link', async () => {
    await mkdir(join(folder, 'other'));
    await symlink(join(folder, 'other', 'target'), join(folder, 'run.zip'));
    expect(await codeOf(downloadZip(client(), 'run-1', join(folder, 'run.zip')))).toBe('option_invalid');
    expect(await readdir(join(folder, 'other'))).toEqual([]);
  });
});
