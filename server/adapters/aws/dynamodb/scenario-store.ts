/**
 * Scenarios, in the table of that name. A scenario is read as it is now; a list may lag behind by as long as DynamoDB's indexes do, usually well
 * below a second. A search for a part of the name, or for tags, reads on through the summaries of all scenarios until the page is full.
 */
import type {
  ScenarioListPage,
  ScenarioSort,
  ScenarioStore,
  ScenarioSummary,
  StoredScenario,
} from '../../../ports/stores.ts';
import { foldName, readScenarioPage, type ScenarioPosition, scenarioPageOf, summaryOf } from '../../scenario-page.ts';
import { storedScenarioSchema } from '../../stored-rows.ts';
import type { Documents } from './documents.ts';
import type { DynamoTable, Item } from './dynamo-table.ts';
import { numberPosition, textPosition } from './positions.ts';
import { createVersionedItems } from './versioned-items.ts';

const byName = { IndexName: 'byName', position: 'namePosition' };
const byCreation = { IndexName: 'byCreation', position: 'createdPosition' };
const byUpdate = { IndexName: 'byUpdate', position: 'updatedPosition' };
const indexes: Readonly<Record<ScenarioSort, typeof byName>> = {
  name: byName,
  '-name': byName,
  createdAt: byCreation,
  '-createdAt': byCreation,
  updatedAt: byUpdate,
  '-updatedAt': byUpdate,
};

export function createScenarioStore(table: DynamoTable, documents: Documents): ScenarioStore {
  const schema = storedScenarioSchema;
  const items = createVersionedItems<StoredScenario>({ table, documents, schema, what: 'scenario', indexed });
  return {
    create: (stored) => items.create(stored),
    get: (id) => items.get(id),
    update: (stored) => items.update(stored),
    list: (page) => listScenarios(table, page),
    delete: (id, version) => items.delete(id, version),
  };
}

function indexed(stored: StoredScenario): Item {
  const { id, name, tags, createdAtMs, updatedAtMs } = summaryOf(stored);
  const foldedName = foldName(name);
  return {
    listed: 'scenario',
    name,
    foldedName,
    tags,
    createdAtMs,
    updatedAtMs,
    namePosition: textPosition(foldedName, id),
    createdPosition: numberPosition(createdAtMs, id),
    updatedPosition: numberPosition(updatedAtMs, id),
  };
}

async function listScenarios(table: DynamoTable, page: ScenarioListPage) {
  const { limit, isDescending, after } = readScenarioPage(page);
  const { IndexName, position } = indexes[page.sort];
  const filters: string[] = [];
  const names: Record<string, string> = { '#listed': 'listed' };
  const values: Record<string, string> = { ':listed': 'scenario' };
  const search = page.search === null ? '' : foldName(page.search);
  if (search !== '') {
    filters.push('contains(foldedName, :search)');
    values[':search'] = search;
  }
  for (const [i, tag] of page.tags.entries()) {
    filters.push(`contains(tags, :tag${i})`);
    values[`:tag${i}`] = tag;
  }
  if (after !== null) {
    names['#position'] = position;
    values[':after'] = positionOf(after);
  }
  const found: ScenarioSummary[] = [];
  const query = {
    IndexName,
    KeyConditionExpression: `#listed = :listed${after === null ? '' : ` AND #position ${isDescending ? '<' : '>'} :after`}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ScanIndexForward: !isDescending,
    ...(filters.length > 0 ? { FilterExpression: filters.join(' AND ') } : { Limit: limit + 1 }),
  };
  for await (const item of table.query(query)) {
    found.push(readSummary(item));
    if (found.length > limit) break;
  }
  return scenarioPageOf(found, limit, page.sort);
}

function positionOf({ value, id }: ScenarioPosition): string {
  return typeof value === 'string' ? textPosition(value, id) : numberPosition(value, id);
}

function readSummary({ id, version, name, tags, createdAtMs, updatedAtMs }: Item): ScenarioSummary {
  return {
    id: String(id),
    version: Number(version),
    name: String(name),
    tags: tags as string[],
    createdAtMs: Number(createdAtMs),
    updatedAtMs: Number(updatedAtMs),
  };
}
