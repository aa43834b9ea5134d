import { createHash } from 'node:crypto';

/** A short name of exactly these texts. */
export function recipeId(...texts: string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 12);
}
