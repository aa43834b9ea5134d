/** A path of the console, never another site's address; its first page for anything else. */
export function pathOfOurs(text: unknown): string {
  return typeof text === 'string' && /^\/(?![/\\])/.test(text) ? text : '/';
}
