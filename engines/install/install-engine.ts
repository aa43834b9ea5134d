/**
 * Installs an engine below the folder of engines: `<name>` is a link to `<name>-<id of the recipe>`, which appears only when all of it is there and
 * works. What uses the one before goes on with it; an installation that was interrupted is found and begun anew; two at once wait for each other.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoadstarError } from '../../core/errors.ts';
import type { EngineName } from '../engine-program.ts';
import { engineKinds, isProgram, VERSIONS_FILE } from '../find-engines.ts';
import { readVersion } from '../read-version.ts';
import type { Progress, Recipe } from './recipe.ts';
import { answers } from './requirements.ts';

/** Held by one process at a time, and freed when that dies. */
export interface InstallLock {
  tryAcquire(): boolean;
  close(): void;
}

export interface InstallOptions {
  /** Absolute path of the folder of engines; made when it is missing. */
  folder: string;
  progress: Progress;
  openLock(path: string): InstallLock;
}

const LOCK_POLL_MS = 500;
/** Of what a tool printed before it failed. */
const OUTPUT_LINES_MAX = 12;

/** Path of the program of an engine that was installed by exactly this recipe, null when it was not. */
export function installedProgram({ name, id }: Recipe, folder: string): string | null {
  const path = join(folder, engineKinds[name].installed);
  return linkTarget(folder, name) === `${name}-${id}` && isProgram(path) ? path : null;
}

/**
 * Installs what is not there yet; resolves with whether something was. Throws `engine_install_failed`, and leaves what was there before as it was.
 */
export async function installEngine(recipe: Recipe, options: InstallOptions): Promise<boolean> {
  const { folder, progress } = options;
  if (isInstalled(recipe, folder)) return false;
  checkOwner(recipe, folder);
  checkRequirements(recipe);
  try {
    mkdirSync(folder, { recursive: true });
    const lock = options.openLock(join(folder, `.${recipe.name}.lock`));
    try {
      await acquire(lock, progress);
      if (isInstalled(recipe, folder)) return false;
      await install(recipe, folder, progress);
      return true;
    } finally {
      lock.close();
    }
  } catch (error) {
    throw failed(recipe, error);
  }
}

/** It was, and works. */
function isInstalled(recipe: Recipe, folder: string): boolean {
  const path = installedProgram(recipe, folder);
  return path !== null && wrongVersion(recipe, path) === null;
}

async function acquire(lock: InstallLock, progress: Progress): Promise<void> {
  if (lock.tryAcquire()) return;
  progress.step('waiting for another installation of it that is under way');
  while (!lock.tryAcquire()) await sleep(LOCK_POLL_MS);
}

async function install(recipe: Recipe, folder: string, progress: Progress): Promise<void> {
  const { name, id } = recipe;
  const before = linkTarget(folder, name);
  const target = `${name}-${id}`;
  const inside = join(folder, target);
  if (readdirSync(folder).includes(target)) progress.step('beginning anew what was interrupted or is damaged');
  rmSync(inside, { recursive: true, force: true });
  mkdirSync(inside);
  await recipe.build(inside, progress);
  progress.step('asking for its version');
  // The program's path inside of its own folder.
  const [, ...parts] = engineKinds[name].installed.split(sep);
  const wrong = wrongVersion(recipe, join(inside, ...parts));
  if (wrong !== null) throw new Error(wrong);
  writeFileSync(join(inside, VERSIONS_FILE), `${JSON.stringify(recipe.versions)}\n`);
  pointTo(folder, name, target);
  for (const other of readdirSync(folder)) {
    // The one before may be in use.
    if (other.startsWith(`${name}-`) && other !== target && other !== before) {
      rmSync(join(folder, other), { recursive: true, force: true });
    }
  }
}

/** What lies there in place of a link is somebody's own. */
function checkOwner({ name, title }: Recipe, folder: string): void {
  const path = join(folder, name);
  if (linkTarget(folder, name) !== null || !existsSync(path)) return;
  const message = `${title} is not installed: ${path} was not made by Loadstar. Move it away, or use it as it is`;
  throw new LoadstarError('engine_install_failed', message);
}

function checkRequirements(recipe: Recipe): void {
  const missing = recipe.requires.filter(({ probe }) => !answers(probe));
  if (missing.length === 0) return;
  const titles = missing.map(({ title }) => title).join('; ');
  throw new LoadstarError('engine_install_failed', `${recipe.title} cannot be installed without: ${titles}`, {
    fields: missing.map(({ probe: [program], title, remedy }) => ({
      path: program,
      message: `${title} is missing: ${remedy}`,
    })),
  });
}

/** What is wrong with what the program answers, in words; null when nothing is. */
function wrongVersion({ versions }: Recipe, path: string): string | null {
  for (const [engine, wanted] of Object.entries(versions) as [EngineName, string][]) {
    const version = readVersion(engine, path, process.env);
    if (version === null) return `${path} does not answer when it is asked for the version of ${engine}`;
    if (version !== wanted) return `${path} calls itself ${engine} ${version}, not ${wanted}`;
  }
  return null;
}

/** Null when there is no link. */
function linkTarget(folder: string, name: string): string | null {
  try {
    return readlinkSync(join(folder, name));
  } catch {
    return null;
  }
}

/** At once: nobody sees it missing. */
function pointTo(folder: string, name: string, target: string): void {
  const fresh = join(folder, `.${name}.new`);
  rmSync(fresh, { force: true });
  symlinkSync(target, fresh);
  renameSync(fresh, join(folder, name));
}

function failed({ title }: Recipe, error: unknown): LoadstarError {
  if (error instanceof LoadstarError) return error;
  const [head = '', ...output] = (error as Error).message.split('\n').filter((line) => line.trim() !== '');
  return new LoadstarError('engine_install_failed', `${title} could not be installed: ${head}`, {
    fields: output.slice(-OUTPUT_LINES_MAX).map((message) => ({ path: '', message })),
    cause: error,
  });
}
