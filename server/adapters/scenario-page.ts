/** Pages of scenarios. A cursor names the sorting and the last row of a page, so rows that come or go meanwhile shift nothing. */
import { z } from 'zod';
import { LoadstarError } from '../../core/errors.ts';
import type { ScenarioListPage, ScenarioSort, ScenarioSummary, StoredScenario } from '../ports/stores.ts';
import { checkLimit } from './page.ts';

/** Where a scenario stands in a list: by the value that the list is sorted by, then by its id. */
export interface ScenarioPosition {
  value: string | number;
  id: string;
}

const cursorSchema = z.tuple([z.string(), z.union([z.string(), z.number()]), z.string()]);

const keys: Record<string, (row: ScenarioSummary) => string | number> = {
  name: (row) => foldName(row.name),
  createdAt: (row) => row.createdAtMs,
  updatedAt: (row) => row.updatedAtMs,
};

/** What names are compared and looked for by. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

export function summaryOf({ id, version, scenario, createdAtMs, updatedAtMs }: StoredScenario): ScenarioSummary {
  return { id, version, name: scenario.name, tags: scenario.tags, createdAtMs, updatedAtMs };
}

/** Throws `option_invalid` for a limit out of range, and for a cursor that no list with this sorting gave. */
export function readScenarioPage({ sort, limit, cursor }: Pick<ScenarioListPage, 'sort' | 'limit' | 'cursor'>): {
  limit: number;
  key: (row: ScenarioSummary) => string | number;
  isDescending: boolean;
  after: ScenarioPosition | null;
} {
  checkLimit(limit);
  return {
    limit,
    key: keyOf(sort),
    isDescending: sort.startsWith('-'),
    after: cursor === null ? null : readCursor(cursor, sort),
  };
}

export function isScenarioWanted(row: ScenarioSummary, { search, tags }: ScenarioListPage): boolean {
  const isFound = search === null || foldName(row.name).includes(foldName(search));
  return isFound && tags.every((tag) => row.tags.includes(tag));
}

/** The page, and the cursor of the next one, from `rows`: those wanted and, if there are more, one more. */
export function scenarioPageOf(
  rows: readonly ScenarioSummary[],
  limit: number,
  sort: ScenarioSort,
): { items: ScenarioSummary[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items, nextCursor: null };
  return { items, nextCursor: Buffer.from(JSON.stringify([sort, keyOf(sort)(last), last.id])).toString('base64url') };
}

function keyOf(sort: ScenarioSort): (row: ScenarioSummary) => string | number {
  return keys[sort.replace(/^-/, '')] ?? ((row) => row.createdAtMs);
}

function readCursor(cursor: string, sort: ScenarioSort): ScenarioPosition {
  try {
    const [sorting, value, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    const isOfSort = sorting === sort && (typeof value === 'string') === (sort.replace(/^-/, '') === 'name');
    if (isOfSort) return { value, id };
  } catch {
    // As any other cursor that was made up.
  }
  throw new LoadstarError('option_invalid', 'this cursor was not given by a list with this sorting');
}
