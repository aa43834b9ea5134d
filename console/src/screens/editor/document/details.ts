/** Tags, and where it runs: what stands below `loadstar`. */
import { isMap } from 'yaml';
import type { EditableDocument } from './editable-document.ts';
import {
  entriesOf,
  itemsOf,
  keyOf,
  listAt,
  mapAt,
  newMap,
  newPair,
  newText,
  nodeAt,
  pairOf,
  remove,
  setTextIn,
  textIn,
  writtenIn,
} from './nodes.ts';

export const TAGS = ['loadstar', 'tags'];
export const REGIONS = ['loadstar', 'regions'];

/** Null: written in a way that only YAML shows. */
export function tagsOf(document: EditableDocument): string[] | null {
  const node = nodeAt(document, TAGS);
  const items = itemsOf(node);
  if (writtenIn(node).kind === 'text' || (items.length === 0 && writtenIn(node).kind === 'other')) return null;
  return items.every((item) => writtenIn(item).kind === 'text') ? items.map(textIn) : null;
}

/** Tags that stay are left as they are written. */
export function setTags(document: EditableDocument, tags: readonly string[]): void {
  if (tags.length === 0) {
    remove(document, TAGS);
    return;
  }
  const isNew = itemsOf(nodeAt(document, TAGS)).length === 0;
  const list = listAt(document, TAGS);
  if (isNew) list.flow = true;
  const before = list.items;
  list.items = tags.map((tag) => before.find((item) => textIn(item) === tag) ?? newText(tag));
}

export interface RegionRow {
  name: string;
  /** As it was written; empty: none, or 1 where only the name stands. */
  tasks: string;
  share: string;
}

/** What runs where nothing is said. */
const REGION_DEFAULT: RegionRow = { name: 'local', tasks: '1', share: '' };

/** Null: written in a way that only YAML shows. `isDefault`: nothing is said. */
export function regionsOf(document: EditableDocument): { rows: RegionRow[]; isDefault: boolean } | null {
  const node = nodeAt(document, REGIONS);
  if (writtenIn(node).kind === 'nothing') return { rows: [REGION_DEFAULT], isDefault: true };
  if (!isMap(node)) return null;
  const rows = entriesOf(node).map(([name, region]): RegionRow | null => {
    const written = writtenIn(region);
    if (written.kind === 'text') return { name, tasks: written.text, share: '' };
    if (written.kind === 'nothing') return { name, tasks: '1', share: '' };
    if (!isMap(region)) return null;
    const tasks = textIn(nodeOf(region, 'tasks'));
    return { name, tasks: tasks === '' ? '1' : tasks, share: textIn(nodeOf(region, 'share')) };
  });
  return rows.includes(null) ? null : { rows: rows as RegionRow[], isDefault: false };
}

function nodeOf(map: unknown, key: string): unknown {
  return entriesOf(map).find(([name]) => name === key)?.[1];
}

/** Without tasks the region goes; without any region nothing is said. */
export function setRegion(document: EditableDocument, { name, share, tasks }: RegionRow): void {
  if (regionsOf(document)?.isDefault === true && (name !== REGION_DEFAULT.name || tasks !== '')) {
    mapAt(document, REGIONS).items.push(newPair(REGION_DEFAULT.name, newText(REGION_DEFAULT.tasks, 'plain')));
  }
  if (tasks.trim() === '' || tasks.trim() === '0') {
    remove(document, [...REGIONS, name]);
    return;
  }
  const regions = mapAt(document, REGIONS);
  const present = pairOf(regions, name)?.value;
  if (isMap(present)) {
    setTextIn(present, 'tasks', tasks, 'plain');
    setTextIn(present, 'share', share === '' ? null : share, 'plain');
  } else if (share === '') {
    setTextIn(regions, name, tasks, 'plain');
  } else {
    const region = newMap({ tasks, share }, 'plain');
    region.flow = true;
    regions.items = regions.items.filter((pair) => keyOf(pair) !== name);
    regions.items.push(newPair(name, region));
  }
}
