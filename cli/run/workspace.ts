/** The folder that an ephemeral control plane keeps its state in while the run lasts, and what is left of it afterwards. */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoadstarError } from '../../core/errors.ts';

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

/** Makes the workspace: in `outFolder` (made when it is not there), else a temporary one. Throws `store_failed`. */
export async function createWorkspace(outFolder: string | null): Promise<Workspace> {
  const home = await makeHome(outFolder);
  return {
    home,
    finish: async (runFolder) => {
      if (outFolder !== null && runFolder !== null) await moveContent(runFolder, outFolder);
      await rm(home, { ...everything, maxRetries: 5 });
    },
    abandon: () => {
      if (outFolder !== null) return;
      try {
        rmSync(home, { ...everything, maxRetries: 2 });
      } catch {
        // A dying task has written once more. It is a temporary folder, and the process is about to exit.
      }
    },
  };
}

const everything = { recursive: true, force: true };

async function makeHome(outFolder: string | null): Promise<string> {
  try {
    if (outFolder === null) return await mkdtemp(join(tmpdir(), 'loadstar-run-'));
    const home = join(outFolder, HOME_IN_OUT);
    await mkdir(home, { recursive: true });
    return home;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new LoadstarError('store_failed', `The folder of the run cannot be made: ${message}`, { cause });
  }
}

async function moveContent(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch(() => []);
  await Promise.all(names.map((name) => rename(join(from, name), join(to, name))));
}
