/** Which paths of the run folder are paths at all, and which of them a task may write: its own and nobody else's. */
import { LoadstarError } from '../../core/errors.ts';
import type { TaskId } from '../../core/plan/plan.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import type { RunFolder } from './run-folder.ts';

const PATH_LENGTH_MAX = 1_000;

/** Throws `run_folder_invalid` unless `path` is relative, `/`-separated, and without empty, `.` and `..` parts. */
export function checkPath(path: string): void {
  const sound =
    path.length <= PATH_LENGTH_MAX &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
    !/[\u0000-\u001f\\]/.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (!sound)
    throw new LoadstarError('run_folder_invalid', `${JSON.stringify(path)} is not a path inside the run folder`);
}

/** True for the objects that belong to this task. */
export function isOwnPath(id: TaskId, path: string): boolean {
  const own = [runFolderPaths.ready(id), runFolderPaths.totals(id), runFolderPaths.done(id), runFolderPaths.xml(id)];
  if (own.includes(path)) return true;
  const segments = runFolderPaths.segmentsOf(id);
  if (path.startsWith(segments)) return /^\d+\.seg$/.test(path.slice(segments.length));
  return path.startsWith(runFolderPaths.artifact(id, ''));
}

/** The folder, with every path checked and writing confined to the task's own objects. */
export function confinedTo(id: TaskId, folder: RunFolder): RunFolder {
  return {
    async read(path) {
      checkPath(path);
      return folder.read(path);
    },
    async write(path, bytes) {
      checkPath(path);
      if (!isOwnPath(id, path)) {
        throw new LoadstarError('internal', `task ${id.task} of region ${id.region} must not write ${path}`);
      }
      return folder.write(path, bytes);
    },
    clockOffsetMs: () => folder.clockOffsetMs(),
    close: () => folder.close(),
  };
}
