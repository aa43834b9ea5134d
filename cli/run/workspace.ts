/** The folder that an ephemeral control plane keeps its state in while the run lasts, and what is left of it afterwards. */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Below `--out` while the run lasts. On the same file system as the result, so that a large run folder is moved, not copied. */
const HOME_IN_OUT = '.control-plane';

export interface Workspace {
  /** The control plane's home. */
  home: string;
  /** Moves the run folder's content to the out folder, if one was asked for, and deletes the rest. */
  finish(runFolder: string | null): Promise<void>;
  /** The same at once, keeping nothing but what an out folder holds so far. */
  abandon(): void;
}

/** Makes the workspace: in `outFolder` (made when it is not there), else a temporary one. */
export async function createWorkspace(outFolder: string | null): Promise<Workspace> {
  if (outFolder === null) {
    const home = await mkdtemp(join(tmpdir(), 'loadstar-run-'));
    return {
      home,
      finish: () => rm(home, { recursive: true, force: true }),
      abandon: () => rmSync(home, { recursive: true, force: true }),
    };
  }
  const home = join(outFolder, HOME_IN_OUT);
  await mkdir(home, { recursive: true });
  return {
    home,
    finish: async (runFolder) => {
      if (runFolder !== null) await moveContent(runFolder, outFolder);
      await rm(home, { recursive: true, force: true });
    },
    abandon: () => {},
  };
}

async function moveContent(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch(() => []);
  await Promise.all(names.map((name) => rename(join(from, name), join(to, name))));
}
