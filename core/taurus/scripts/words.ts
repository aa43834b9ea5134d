/** Words for what a script runs. */

/** `1 user`, `5 users`. */
export function counted(count: number | null, what: string): string {
  return count === null ? `unknown ${what}s` : `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** `hold 60 s`, in a list of parts; nothing when there is no such time. */
export function lasting(word: string, seconds: number | null): string[] {
  return seconds === null || seconds === 0 ? [] : [`${word} ${seconds} s`];
}
