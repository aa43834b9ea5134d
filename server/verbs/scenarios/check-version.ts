/** Whether a change was made from what is there now. */
import { LoadstarError } from '../../../core/errors.ts';
import type { StoredScenario } from '../../ports/stores.ts';

/** `versions`: those that the change may be made from; null: any. Throws `version_mismatch`. */
export function checkVersion({ id, version }: StoredScenario, versions: readonly number[] | null): void {
  if (versions === null || versions.includes(version)) return;
  throw new LoadstarError('version_mismatch', `Scenario ${id} is at version ${version} now.`);
}

export function isConflict(error: unknown): boolean {
  return error instanceof LoadstarError && error.code === 'conflict';
}
