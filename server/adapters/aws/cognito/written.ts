import { LoadstarError } from '../../../../core/errors.ts';

/** False when somebody else was faster, or has what must be one's own. */
export async function isWritten(writing: Promise<void>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (error instanceof LoadstarError && (error.code === 'conflict' || error.code === 'not_found')) return false;
    throw error;
  }
}
