/** How tasks that share no file system with the control plane reach their run folder: over HTTP, with a token of their run. */
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';

export interface RunFolderAccess {
  /** Where the tasks find the folder: `https://loadstar.example/api/run-folders/<runId>/`. Resolves once that is known. */
  urlOf(runId: string): Promise<string>;
  /** The run's token: always the same one, also after a restart. Only its hash is stored. */
  tokenOf(runId: string): string;
}

/** Where a task asks for what it reaches a folder in S3 with, given where the API serves that folder. */
export function taskAccessUrl(runFolderUrl: string): string {
  return `${runFolderUrl}${runFolderPaths.access}`;
}
