/** What lies where in the bucket, by the beginning of the key. `object-store.ts` says what keys may be. */

export const objectPrefixes = {
  /** Run folders: `runs/<run>/...`. Kept until the run is deleted. */
  runs: 'runs/',
  /** Files of scenarios: `scenarios/<scenario>/...`. Kept until the scenario is deleted. */
  scenarios: 'scenarios/',
  /** Rows of tables that are too large for an item: `rows/<table>/<row>/<random>`. Written before the item, deleted after it. */
  rows: 'rows/',
  /** What users have put by presigned URLs and nothing has been made of yet. Expires. */
  uploads: 'uploads/',
  /** What was made to be downloaded: `exports/<random>`. Expires. */
  exports: 'exports/',
} as const;

/** Objects below these prefixes are deleted so many days after they were written. */
export const objectLifetimesDays = { uploads: 1, exports: 1 } as const satisfies Partial<
  Record<keyof typeof objectPrefixes, number>
>;

/** Parts of uploads that were never completed are deleted after so many days. */
export const INCOMPLETE_UPLOAD_DAYS = 1;
