import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileLock } from '../../server/adapters/local/file-lock.ts';
import { needs } from '../../tools/needs.ts';
import { enginesFolder } from '../../tools/tools.ts';
import { engineNames } from '../engine-program.ts';
import { findEngine } from '../find-engines.ts';
import { scriptedRecipe, writeK6 } from './fixtures/scripted-recipe.ts';
import { installEngine } from './install-engine.ts';
import type { Recipe } from './recipe.ts';
import { recipeOf } from './recipes.ts';

let folder: string;
let steps: string[];
let hanging: ChildProcess | null = null;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'loadstar-install-')), 'engines');
  steps = [];
});

afterEach(() => {
  hanging?.kill('SIGKILL');
  hanging = null;
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

const install = (recipe: Recipe) =>
  installEngine(recipe, {
    folder,
    progress: { step: (title) => void steps.push(title), line: () => {} },
    openLock: openFileLock,
  });
const found = () => findEngine('k6', { folder, env: {} })?.version ?? null;
const folders = () => readdirSync(folder).filter((name) => name.startsWith('k6-'));

/** Resolves when the other process is in the middle of it. */
async function installHalfWay(version: string): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('./fixtures/hanging-install.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, folder, version], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  hanging = child;
  await once(child.stdout, 'data');
  return child;
}

describe('installing an engine', () => {
  it('makes it be found, once', async () => {
    expect(await install(scriptedRecipe('1.0.0'))).toBe(true);
    expect(found()).toBe('1.0.0');
    expect(await install(scriptedRecipe('1.0.0'))).toBe(false);
  });

  it('takes the place of an older one, which goes with the next', async () => {
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) await install(scriptedRecipe(version));
    expect(found()).toBe('3.0.0');
    expect(folders().sort()).toEqual(['2.0.0', '3.0.0'].map((version) => `k6-${scriptedRecipe(version).id}`).sort());
  });

  it('that was killed in the middle is finished by the next one, and hides nothing until then', async () => {
    await install(scriptedRecipe('1.0.0'));
    const child = await installHalfWay('2.0.0');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(found()).toBe('1.0.0');
    expect(await install(scriptedRecipe('2.0.0'))).toBe(true);
    expect(steps).toContain('beginning anew what was interrupted or is damaged');
    expect(found()).toBe('2.0.0');
    expect(existsSync(join(folder, 'k6', 'left-over'))).toBe(false);
  });

  it('waits for another one that is under way, also when that dies', async () => {
    const child = await installHalfWay('1.0.0');
    const waiting = install(scriptedRecipe('1.0.0'));
    await expect.poll(() => steps).toContain('waiting for another installation of it that is under way');
    expect(found()).toBeNull();
    child.kill('SIGKILL');
    expect(await waiting).toBe(true);
    expect(found()).toBe('1.0.0');
  });

  it('several times at once builds it once', async () => {
    const done = await Promise.all(Array.from({ length: 4 }, () => install(scriptedRecipe('1.0.0'))));
    expect(done.filter(Boolean)).toHaveLength(1);
    expect(steps.filter((step) => step === 'building it')).toHaveLength(1);
  });

  it('builds again what was damaged since', async () => {
    await install(scriptedRecipe('1.0.0'));
    rmSync(join(folder, 'k6', 'k6'));
    expect(await install(scriptedRecipe('1.0.0'))).toBe(true);
    expect(found()).toBe('1.0.0');
  });

  it('that fails, or gives another version, says why and leaves what was there', async () => {
    await install(scriptedRecipe('1.0.0'));
    const broken = scriptedRecipe('2.0.0', { build: () => Promise.reject(new Error('no way to the registry')) });
    await expect(install(broken)).rejects.toMatchObject({
      code: 'engine_install_failed',
      message: 'k6 could not be installed: no way to the registry',
    });
    const other = scriptedRecipe('3.0.0', { build: async (inside) => writeK6(inside, '3.0.1') });
    await expect(install(other)).rejects.toThrow('calls itself k6 3.0.1, not 3.0.0');
    const silent = scriptedRecipe('4.0.0', { build: async () => {} });
    await expect(install(silent)).rejects.toThrow('does not answer');
    expect(found()).toBe('1.0.0');
  });

  it('without what it needs says what to install, and fetches nothing', async () => {
    const requires = [
      { title: 'Gone 2', probe: ['loadstar-no-such-program', '--version'], remedy: 'brew install gone' },
      { title: 'Node', probe: [process.execPath, '--version'], remedy: '' },
    ] as const;
    await expect(install(scriptedRecipe('1.0.0', { requires }))).rejects.toMatchObject({
      code: 'engine_install_failed',
      message: 'k6 cannot be installed without: Gone 2',
      fields: [{ path: 'loadstar-no-such-program', message: 'Gone 2 is missing: brew install gone' }],
    });
    expect(existsSync(folder)).toBe(false);
  });

  it('leaves a folder alone that somebody else made', async () => {
    mkdirSync(join(folder, 'k6'), { recursive: true });
    writeK6(join(folder, 'k6'), '0.9.0');
    await expect(install(scriptedRecipe('1.0.0'))).rejects.toThrow('was not made by Loadstar');
    expect(found()).toBe('0.9.0');
  });
});

describe('what npm run tools installed', () => {
  it('is found as a user finds it, in the versions that are pinned', (context) => {
    for (const tool of ['bzt', 'jmeter', 'k6']) needs(context, tool);
    for (const name of engineNames) {
      const engine = findEngine(name, { folder: enginesFolder, env: process.env });
      expect(engine).toMatchObject({ name, version: recipeOf(name).versions[name], source: 'installed' });
    }
  });
});
