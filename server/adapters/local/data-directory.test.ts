import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDataDirectory } from './data-directory.ts';
import { startScript } from './fixtures/run-script.ts';
import { makeTemporaryFolder } from './fixtures/temporary-folder.ts';

const script = new URL('./fixtures/hold-data-directory.ts', import.meta.url);

describe('a data directory', () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let home: string;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    home = join(folder.path, 'deep', 'home');
  });
  afterEach(() => folder.remove());

  const modeOf = (path: string) => statSync(path).mode & 0o777;
  const inUseBy = (pid: number | undefined) =>
    expect.objectContaining({
      code: 'home_in_use',
      message: expect.stringContaining(
        `${home} is in use by the control plane with process id ${pid} on ${hostname()}`,
      ),
    });

  it('is made for its owner only, and has a place for everything', () => {
    const directory = openDataDirectory(home);
    expect(directory).toMatchObject({
      path: home,
      databasePath: join(home, 'loadstar.sqlite'),
      objectsPath: join(home, 'objects'),
      tasksPath: join(home, 'tasks'),
    });
    for (const path of [home, directory.objectsPath, directory.tasksPath]) expect(modeOf(path)).toBe(0o700);
    directory.close();
  });

  it('that is there already keeps its mode, what it holds is closed all the same', () => {
    mkdirSync(home, { recursive: true });
    chmodSync(home, 0o755);
    writeFileSync(join(home, 'notes'), 'mine');
    openDataDirectory(home).close();
    expect(modeOf(home)).toBe(0o755);
    expect(modeOf(join(home, 'objects'))).toBe(0o700);
    expect(readFileSync(join(home, 'notes'), 'utf8')).toBe('mine');
  });

  it('is used once at a time within a process, and again after it was closed', () => {
    const first = openDataDirectory(home);
    expect(() => openDataDirectory(home)).toThrow(inUseBy(process.pid));
    expect(() => openDataDirectory(join(home, '..', 'home'))).toThrow(inUseBy(process.pid));
    first.close();
    first.close();
    openDataDirectory(home).close();
    expect(existsSync(join(home, 'holder.json'))).toBe(false);
  });

  it('is used by one of many processes, and by another as soon as that one is dead', async () => {
    for (let round = 0; round < 2; round++) {
      const scripts = Array.from({ length: 3 }, () => startScript(script, [home]));
      const outputs = await Promise.all(
        scripts.map((each) =>
          Promise.race([each.printed('held').then(() => 'held'), each.ended.then(({ output }) => output)]),
        ),
      );
      expect(outputs.toSorted()).toEqual(['held', 'home_in_use\n', 'home_in_use\n']);
      const holder = scripts[outputs.indexOf('held')];
      expect(() => openDataDirectory(home)).toThrow(inUseBy(holder?.child.pid));
      holder?.child.kill('SIGKILL');
      await holder?.ended;
      // What the dead one wrote must not keep anybody out.
      expect(existsSync(join(home, 'holder.json'))).toBe(true);
      openDataDirectory(home).close();
    }
  });

  it('names no holder when none can be read', () => {
    const directory = openDataDirectory(home);
    writeFileSync(join(home, 'holder.json'), 'no JSON');
    expect(() => openDataDirectory(home)).toThrow(`the data directory ${home} is in use by another control plane`);
    directory.close();
  });

  it('that cannot be used says so with its path', () => {
    writeFileSync(join(folder.path, 'file'), '');
    expect(() => openDataDirectory(join(folder.path, 'file', 'home'))).toThrow(
      expect.objectContaining({
        code: 'store_failed',
        message: expect.stringContaining(`cannot use the data directory ${join(folder.path, 'file', 'home')}`),
      }),
    );
    mkdirSync(join(home, 'lock'), { recursive: true });
    expect(() => openDataDirectory(home)).toThrow(
      expect.objectContaining({
        code: 'store_failed',
        message: expect.stringContaining(`cannot lock ${join(home, 'lock')}`),
      }),
    );
  });

  it('is free again when its holder could not be noted', () => {
    mkdirSync(join(home, 'holder.json'), { recursive: true });
    expect(() => openDataDirectory(home)).toThrow(expect.objectContaining({ code: 'store_failed' }));
    expect(() => openDataDirectory(home)).toThrow(expect.objectContaining({ code: 'store_failed' }));
    expect(readdirSync(home)).toContain('lock');
  });

  it('does not hold its lock for the processes that its holder starts', async () => {
    const directory = openDataDirectory(home);
    const child = startScript(script, [join(folder.path, 'another')]);
    await child.printed('held');
    directory.close();
    await vi.waitFor(() => openDataDirectory(home).close(), 20_000);
    child.child.kill('SIGKILL');
    await child.ended;
  });
});
