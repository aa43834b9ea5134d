/**
 * Runs, in the table of that name. A run is read as it is now; which runs a list finds may lag behind by as long as DynamoDB's indexes do, usually
 * well below a second. The indexes hold keys alone: what a tick changes of a run costs one write.
 */
import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { finalPhases, type Run, runSchema } from '../../../../core/run/run.ts';
import type { RunStore } from '../../../ports/stores.ts';
import { checkIds, pageOf, readPage } from '../../page.ts';
import type { Documents } from './documents.ts';
import type { DynamoTable, Item } from './dynamo-table.ts';
import { numberPosition } from './positions.ts';
import { createVersionedItems, type VersionedItems } from './versioned-items.ts';

type RunPage = Parameters<RunStore['list']>[0];
interface Tables {
  table: DynamoTable;
  items: VersionedItems<Run>;
}

const UNFINISHED = 'unfinished';
/** Queries at once, where many scenarios are asked for. */
const QUERIES_AT_ONCE = 16;

export function createRunStore(table: DynamoTable, documents: Documents): RunStore {
  const items = createVersionedItems<Run>({ table, documents, schema: runSchema, what: 'run', indexed });
  return {
    create: (run) => items.create(run),
    get: (id) => items.get(id),
    update: (run) => items.update(run),
    list: (page) => listRuns({ table, items }, page),
    listUnfinished: () => listUnfinished({ table, items }),
    newestOf: (scenarioIds, count) => newestOf({ table, items }, scenarioIds, count),
    delete: (id) => items.delete(id),
  };
}

function indexed({ id, scenarioId, phase, createdAtMs }: Run): Item {
  return {
    listed: 'run',
    ...(scenarioId !== '' && { scenarioId }),
    phase,
    ...(!finalPhases.has(phase) && { unfinished: UNFINISHED }),
    position: numberPosition(createdAtMs, id),
  };
}

async function listRuns({ table, items }: Tables, page: RunPage) {
  const { limit, after } = readPage(page);
  const { scenarioId, phase = null } = page;
  if (scenarioId === '') return { items: [], nextCursor: null };
  const before = after === null ? null : numberPosition(after.createdAtMs, after.id);
  const rows: Run[] = [];
  let ids: string[] = [];
  const take = async () => {
    const found = await items.getMany(ids);
    // The index may be behind its table.
    rows.push(...found.filter((run) => phase === null || run.phase === phase));
    ids = [];
  };
  for await (const { id } of table.query(queryOf({ scenarioId, phase, before, limit }))) {
    ids.push(String(id));
    if (rows.length + ids.length > limit) await take();
    if (rows.length > limit) break;
  }
  await take();
  return pageOf(rows, limit, (run) => run);
}

function queryOf({
  scenarioId,
  phase,
  before,
  limit,
}: Pick<RunPage, 'scenarioId' | 'limit'> & { phase: string | null; before: string | null }) {
  let index = { IndexName: 'byCreation', key: 'listed', value: 'run' };
  if (scenarioId !== null) index = { IndexName: 'byScenario', key: 'scenarioId', value: scenarioId };
  else if (phase !== null) index = { IndexName: 'byPhase', key: 'phase', value: phase };
  const isFiltered = scenarioId !== null && phase !== null;
  return {
    IndexName: index.IndexName,
    KeyConditionExpression: `#key = :key${before === null ? '' : ' AND #position < :before'}`,
    ...(isFiltered && { FilterExpression: '#phase = :phase' }),
    ExpressionAttributeNames: {
      '#key': index.key,
      ...(before !== null && { '#position': 'position' }),
      ...(isFiltered && { '#phase': 'phase' }),
    },
    ExpressionAttributeValues: {
      ':key': index.value,
      ...(before !== null && { ':before': before }),
      ...(isFiltered && { ':phase': phase }),
    },
    ScanIndexForward: false,
    // What is filtered is looked for in whole pages.
    ...(!isFiltered && { Limit: limit + 1 }),
  } satisfies Partial<QueryCommandInput>;
}

async function listUnfinished({ table, items }: Tables): Promise<Run[]> {
  const ids: string[] = [];
  const query = {
    IndexName: 'unfinished',
    KeyConditionExpression: 'unfinished = :unfinished',
    ExpressionAttributeValues: { ':unfinished': UNFINISHED },
  };
  for await (const { id } of table.query(query)) ids.push(String(id));
  return (await items.getMany(ids)).filter(({ phase }) => !finalPhases.has(phase));
}

async function newestOf({ table, items }: Tables, scenarioIds: readonly string[], count: number) {
  checkIds(scenarioIds);
  const wanted = [...new Set(scenarioIds)].filter((id) => id !== '');
  const found: string[] = [];
  for (let from = 0; from < wanted.length; from += QUERIES_AT_ONCE) {
    const some = wanted.slice(from, from + QUERIES_AT_ONCE);
    found.push(...(await Promise.all(some.map((id) => newestIds(table, id, count)))).flat());
  }
  return Map.groupBy(await items.getMany(found), ({ scenarioId }) => scenarioId);
}

async function newestIds(table: DynamoTable, scenarioId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  const query = queryOf({ scenarioId, phase: null, before: null, limit: count });
  for await (const { id } of table.query(query)) {
    if (ids.length === count) break;
    ids.push(String(id));
  }
  return ids;
}
