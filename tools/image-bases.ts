/**
 * The bases that tests build the load generator's images on: Debian from its packages, for where no registry of images is at hand. They lie in
 * a container storage of their own below `.tools/`. For root on Linux.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../engines/run-program.ts';

const RELEASE = 'bookworm';

/** What each holds beside the smallest Debian: what deploy/image/Dockerfile would install else. */
const packages = {
  native: ['ca-certificates', 'libstdc++6', 'tini'],
  full: ['ca-certificates', 'libstdc++6', 'tini', 'python3', 'openjdk-17-jre-headless'],
} as const;
export type ImageBase = keyof typeof packages;

/** Nobody reads it in a container. */
const spare = [
  'usr/share/doc',
  'usr/share/info',
  'usr/share/locale',
  'usr/share/man',
  'var/cache/apt',
  'var/lib/apt/lists',
  'var/log',
];

const id = createHash('sha256')
  .update(JSON.stringify([RELEASE, packages, spare]))
  .digest('hex')
  .slice(0, 12);

/** The name of a base in the storage. */
export const imageBaseNamed = (base: ImageBase): string => `localhost/loadstar-base:${base}-${id}`;

/** Arguments that lead podman and buildah to the storage. */
export const storageArguments = (toolsFolder: string): string[] => [
  ...['--root', join(toolsFolder, 'containers', 'storage')],
  ...['--runroot', join(toolsFolder, 'containers', 'run')],
  ...['--storage-driver', 'overlay'],
];

const markOf = (toolsFolder: string): string => join(toolsFolder, 'containers', 'bases');

/** Path of the storage when both are in it, else null. */
export function findImageBases(toolsFolder: string): string | null {
  const mark = markOf(toolsFolder);
  if (!existsSync(mark) || readFileSync(mark, 'utf8').trim() !== id) return null;
  return join(toolsFolder, 'containers', 'storage');
}

/** Needs debootstrap and podman. */
export async function installImageBases(toolsFolder: string): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('images are built by root on Linux only');
  const folder = join(toolsFolder, 'containers');
  const debs = join(folder, 'debs');
  mkdirSync(debs, { recursive: true });
  for (const [base, names] of Object.entries(packages) as [ImageBase, readonly string[]][]) {
    const system = join(folder, `base-${base}`);
    rmSync(system, { recursive: true, force: true });
    const wanted = [`--include=${names.join()}`, `--cache-dir=${debs}`];
    await runProgram('debootstrap', ['--variant=minbase', ...wanted, RELEASE, system]);
    for (const path of spare) rmSync(join(system, path), { recursive: true, force: true });
    mkdirSync(join(system, 'var', 'cache', 'apt', 'archives', 'partial'), { recursive: true });
    mkdirSync(join(system, 'var', 'lib', 'apt', 'lists', 'partial'), { recursive: true });
    mkdirSync(join(system, 'var', 'log'));
    const archive = `${system}.tar`;
    await runProgram('tar', ['-C', system, '-cf', archive, '.']);
    await runProgram('podman', [...storageArguments(toolsFolder), 'import', archive, imageBaseNamed(base)]);
    for (const path of [system, archive]) rmSync(path, { recursive: true, force: true });
  }
  rmSync(debs, { recursive: true });
  writeFileSync(markOf(toolsFolder), `${id}\n`);
}
