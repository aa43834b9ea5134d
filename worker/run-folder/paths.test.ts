import { describe, expect, it } from 'vitest';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { memoryFolder } from '../testing/folders.ts';
import { checkPath, confinedTo, isOwnPath } from './paths.ts';

const id = { region: 'eu', task: 1 };

describe('checkPath', () => {
  it.each(['plan.json', 'files/data/users 1.csv', 'files/..hidden', 'files/ü.json', 'a/...'])('takes %j', (path) => {
    expect(() => checkPath(path)).not.toThrow();
  });

  it.each([
    '',
    '/etc/passwd',
    '../x',
    'files/../../x',
    'files/./x',
    'a//b',
    'a/',
    '.',
    '..',
    'a\\..\\b',
    'a\u0000b',
    'a\nb',
  ])('refuses %j', (path) => {
    expect(() => checkPath(path)).toThrow(/not a path inside the run folder/);
  });

  it('refuses a path that is far too long', () => {
    expect(() => checkPath('a'.repeat(1_001))).toThrow(/not a path/);
  });
});

describe('isOwnPath', () => {
  it('takes every object that a task writes', () => {
    const own = [
      runFolderPaths.ready(id),
      runFolderPaths.segment(id, 0),
      runFolderPaths.segment(id, 123),
      runFolderPaths.totals(id),
      runFolderPaths.done(id),
      runFolderPaths.xml(id),
      runFolderPaths.artifact(id, 'logs/a.log'),
    ];
    for (const path of own) expect(isOwnPath(id, path), path).toBe(true);
  });

  it("takes neither the control plane's objects nor another task's", () => {
    const foreign = [
      { region: 'eu', task: 11 },
      { region: 'eu', task: 0 },
      { region: 'eu-1', task: 1 },
    ];
    const paths = foreign.flatMap((other) => [
      runFolderPaths.ready(other),
      runFolderPaths.segment(other, 0),
      runFolderPaths.totals(other),
      runFolderPaths.done(other),
      runFolderPaths.xml(other),
      runFolderPaths.artifact(other, 'a'),
    ]);
    paths.push(runFolderPaths.plan, runFolderPaths.control, runFolderPaths.file('a'), runFolderPaths.folded('eu', 0));
    paths.push('series/eu/1/0.segment', 'series/eu/1/x.seg', 'series/eu/1/0.seg/x', runFolderPaths.report);
    for (const path of paths) expect(isOwnPath(id, path), path).toBe(false);
  });
});

describe('confinedTo', () => {
  it('lets the task read all, and write its own only', async () => {
    const inner = memoryFolder();
    const folder = confinedTo(id, inner);
    await folder.write(runFolderPaths.xml(id), Buffer.from('x'));
    expect(Buffer.from((await folder.read(runFolderPaths.xml(id))) ?? []).toString()).toBe('x');
    expect(await folder.read('files/none')).toBeNull();
    for (const path of [runFolderPaths.control, 'artifacts/eu/1/../../../control.json', 'series/eu/1/../2/0.seg']) {
      await expect(folder.write(path, Buffer.from('x'))).rejects.toThrow();
    }
    await expect(folder.read('../other-run/plan.json')).rejects.toMatchObject({ code: 'run_folder_invalid' });
    expect(inner.writes).toEqual([runFolderPaths.xml(id)]);
  });
});
