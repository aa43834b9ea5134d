/** What is said of keywords that only Taurus itself could run. */
import { notSupported } from '../input/keywords.ts';

/** `instead` may be empty. */
export function needsTaurus(instead: string): string {
  return `it needs the Taurus engine: write loadstar.engine: taurus${instead === '' ? '' : `, or ${instead}`}`;
}

/** For what is found out while reading. */
export function refusedForTaurus(instead: string): string {
  return notSupported(needsTaurus(instead));
}
