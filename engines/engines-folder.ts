/** The folder that holds the tools that Loadstar installed. */
import { resolve } from 'node:path';

/** Names the folder; the control plane tells its tasks by it. */
export const ENGINES_VARIABLE = 'LOADSTAR_ENGINES';

/** Absolute path of the folder: what the variable says, else `engines` in the data directory. It need not exist. */
export function enginesFolderOf(environment: NodeJS.ProcessEnv, workingFolder: string): string {
  const named = environment[ENGINES_VARIABLE];
  return named
    ? resolve(workingFolder, named)
    : resolve(workingFolder, environment.LOADSTAR_HOME || '.loadstar', 'engines');
}
