/** The folder of one task in which Taurus works: the scenario's files, and what comes of them. */
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface WorkFolder {
  root: string;
  /** The scenario's files, by their paths; Taurus and the tools run here. */
  files: string;
  /** What Taurus keeps. */
  artifacts: string;
  home: string;
  temporary: string;
  /** Taurus' configuration. */
  config: string;
  /** Its log, until it has found its folder of artifacts. */
  log: string;
  /** What it says. */
  output: string;
}

export async function createWorkFolder(): Promise<WorkFolder> {
  const root = await mkdtemp(join(tmpdir(), 'loadstar-taurus-'));
  const at = (name: string) => join(root, name);
  const folder: WorkFolder = {
    root,
    files: at('files'),
    artifacts: at('artifacts'),
    home: at('home'),
    temporary: at('tmp'),
    config: at('config.json'),
    log: at('bzt.log'),
    output: at('bzt.out'),
  };
  for (const path of [folder.files, folder.artifacts, folder.home, folder.temporary]) await mkdir(path);
  return folder;
}

export async function removeWorkFolder({ root }: WorkFolder): Promise<void> {
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
}

/** Writes a file of the scenario. */
export async function writeWorkFile({ files }: WorkFolder, path: string, content: Uint8Array | string): Promise<void> {
  const target = join(files, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
}

export interface FoundFile {
  /** Relative to the folder that was looked at, with slashes. */
  path: string;
  absolute: string;
  sizeBytes: number;
  modifiedAtMs: number;
}

/** All ordinary files below a folder. Links are not followed. */
export async function filesBelow(folder: string, prefix = ''): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => [])) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    const absolute = join(folder, path);
    if (entry.isDirectory()) found.push(...(await filesBelow(folder, path)));
    else if (entry.isFile()) {
      const { mtimeMs, size } = await stat(absolute);
      found.push({ path, absolute, sizeBytes: size, modifiedAtMs: mtimeMs });
    }
  }
  return found;
}
