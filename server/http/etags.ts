/** Versions of resources as entity tags, and the conditions that requests make of them (RFC 9110). */
import { LoadstarError } from '../../core/errors.ts';
import type { ApiContext } from './api.ts';

export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * The versions that If-Match names; null when there is none, or when any will do (`*`). A tag that is no version of ours, or a weak one,
 * matches nothing. Throws `version_required` when there has to be one.
 */
export function ifMatchOf(c: ApiContext, { isRequired }: { isRequired: boolean }): number[] | null {
  const header = c.req.header('if-match')?.trim() ?? '';
  if (header === '' && isRequired) throw new LoadstarError('version_required', 'The request has no If-Match.');
  if (header === '' || header === '*') return null;
  return header.split(',').flatMap((tag) => {
    const version = /^"([1-9]\d{0,14})"$/.exec(tag.trim())?.[1];
    return version === undefined ? [] : [Number(version)];
  });
}
