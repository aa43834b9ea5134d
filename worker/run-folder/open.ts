/** Opens a run folder by its URL's scheme. */
import { fileURLToPath } from 'node:url';
import { LoadstarError } from '../../core/errors.ts';
import type { TaskId } from '../../core/plan/plan.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { openFileRunFolder } from './file.ts';
import { confinedTo } from './paths.ts';
import { withRetries } from './retries.ts';
import type { RunFolder } from './run-folder.ts';

/** The run folder at `url`, confined to the task's own objects, with retries. Throws `option_invalid` for a URL it cannot open. */
export function openRunFolder(url: string, id: TaskId, context: { clock: Clock; log: Log }): RunFolder {
  return confinedTo(id, withRetries(openFileRunFolder(localPathOf(url), id), context));
}

/** The path that a run folder's URL stands for. Throws `option_invalid`; never repeats credentials that the URL may hold. */
export function localPathOf(url: string): string {
  if (!URL.canParse(url)) {
    throw new LoadstarError('option_invalid', 'the run folder must be a URL like file:///path/to/folder');
  }
  const parsed = new URL(url);
  if (parsed.protocol !== 'file:') {
    throw new LoadstarError(
      'option_invalid',
      `this worker cannot open run folders of the scheme ${parsed.protocol} (it opens file:)`,
    );
  }
  try {
    return fileURLToPath(parsed);
  } catch (error) {
    throw new LoadstarError('option_invalid', `the run folder's URL names no local path: ${(error as Error).message}`);
  }
}
