/** How much load: what stands in an execution. */
import { isMap, isSeq, YAMLSeq } from 'yaml';
import { parseDurationSeconds } from '../../../../../core/duration.ts';
import type { Path } from '../../../../../core/input/problems.ts';
import type { EditableDocument } from './editable-document.ts';
import {
  isWritten,
  itemsOf,
  listAt,
  mapAt,
  newMap,
  nodeAt,
  pairOf,
  remove,
  renamePair,
  setText,
  textIn,
  writtenIn,
} from './nodes.ts';

/** A closed model of users, or an open one of iterations or requests that start each second. */
export type LoadModel = 'users' | 'iterations' | 'requests';
export type LoadShape = 'ramp' | 'stages';

/** The keyword whose number is the load. */
export const amountKeys = {
  users: 'concurrency',
  iterations: 'arrival-rate',
  requests: 'throughput',
} as const satisfies Record<LoadModel, string>;

const HOLD_DEFAULT = '1m';
const AMOUNT_DEFAULT = '10';

export function executionsOf(document: EditableDocument): Path[] {
  const node = nodeAt(document, ['execution']);
  if (isMap(node)) return [['execution']];
  return itemsOf(node).map((_item, index) => ['execution', index]);
}

/** Its flow is `scenario`, or the only one there is. */
export function addExecution(document: EditableDocument, scenario: string): void {
  const present = nodeAt(document, ['execution']);
  if (isMap(present)) {
    const list = new YAMLSeq();
    list.items.push(present);
    const pair = document.contents && isMap(document.contents) ? pairOf(document.contents, 'execution') : undefined;
    if (pair !== undefined) pair.value = list;
  }
  const added = newMap({ scenario, concurrency: AMOUNT_DEFAULT, 'hold-for': HOLD_DEFAULT }, 'plain');
  listAt(document, ['execution']).items.push(added);
}

export function modelOf(document: EditableDocument, path: Path): LoadModel {
  if (isWritten(nodeAt(document, [...path, amountKeys.iterations]))) return 'iterations';
  return isWritten(nodeAt(document, [...path, amountKeys.requests])) ? 'requests' : 'users';
}

export function shapeOf(document: EditableDocument, path: Path): LoadShape {
  return isWritten(nodeAt(document, [...path, 'stages'])) ? 'stages' : 'ramp';
}

/** The number goes along. */
export function setModel(document: EditableDocument, path: Path, model: LoadModel): void {
  const [from, to] = [amountKeys[modelOf(document, path)], amountKeys[model]];
  if (from === to) return;
  const execution = mapAt(document, path);
  if (model !== 'users') {
    const amount = pairOf(execution, from);
    if (amount !== undefined) renamePair(amount, to);
    else setText(document, [...path, to], shapeOf(document, path) === 'stages' ? '0' : AMOUNT_DEFAULT, 'plain');
    // Iterations are per user, of whom nobody says how many there are.
    if (from === amountKeys.users) remove(document, [...path, 'iterations']);
    const isTimed = ['ramp-up', 'hold-for', 'stages'].some((key) => isWritten(nodeAt(document, [...path, key])));
    if (!isTimed) setText(document, [...path, 'hold-for'], HOLD_DEFAULT, 'plain');
    return;
  }
  if (pairOf(execution, to) !== undefined) {
    remove(document, [...path, from]);
    return;
  }
  const amount = pairOf(execution, from);
  if (amount !== undefined) renamePair(amount, to);
  const rate = Number(textIn(nodeAt(document, [...path, to])));
  if (!Number.isInteger(rate) && Number.isFinite(rate)) {
    setText(document, [...path, to], String(Math.ceil(rate)), 'plain');
  }
}

/** The load stays about the same: a ramp becomes a stage, the highest target what is held. */
export function setShape(document: EditableDocument, path: Path, shape: LoadShape): void {
  if (shapeOf(document, path) === shape) return;
  const model = modelOf(document, path);
  const amountPath = [...path, amountKeys[model]];
  if (shape === 'ramp') {
    const stages = stagesOf(document, path) ?? [];
    const first = stages[0]?.duration ?? '';
    const held = stages.slice(1).reduce((sum, { duration }) => sum + (parseDurationSeconds(duration) ?? 0), 0);
    const highest = Math.max(0, ...stages.map(({ target }) => Number(target)).filter(Number.isFinite));
    remove(document, [...path, 'stages']);
    setText(document, amountPath, String(highest), 'plain');
    setText(document, [...path, 'ramp-up'], first, 'plain');
    setText(document, [...path, 'hold-for'], held === 0 ? '' : `${held}s`, 'plain');
    return;
  }
  const textOf = (key: string) => textIn(nodeAt(document, [...path, key]));
  const [amount, rampUp, holdFor] = [textIn(nodeAt(document, amountPath)), textOf('ramp-up'), textOf('hold-for')];
  const target = amount === '' ? '1' : amount;
  for (const key of ['ramp-up', 'hold-for', 'steps']) remove(document, [...path, key]);
  const stages = listAt(document, [...path, 'stages']);
  if (rampUp !== '') stages.items.push(newStage(rampUp, target));
  stages.items.push(newStage(holdFor === '' ? HOLD_DEFAULT : holdFor, target));
  // A ramp begins at nothing; beside stages the number is where they begin.
  if (rampUp !== '') setText(document, amountPath, model === 'users' ? '' : '0', 'plain');
}

export interface StageRow {
  duration: string;
  target: string;
}

/** Null: written in a way that only YAML shows. */
export function stagesOf(document: EditableDocument, path: Path): StageRow[] | null {
  const node = nodeAt(document, [...path, 'stages']);
  if (!isSeq(node)) return writtenIn(node).kind === 'nothing' ? [] : null;
  const rows = node.items.map((item, index): StageRow | null => {
    if (!isMap(item)) return null;
    const at = [...path, 'stages', index];
    const [duration, target] = [nodeAt(document, [...at, 'duration']), nodeAt(document, [...at, 'target'])];
    if (writtenIn(duration).kind === 'other' || writtenIn(target).kind === 'other') return null;
    return { duration: textIn(duration), target: textIn(target) };
  });
  return rows.includes(null) ? null : (rows as StageRow[]);
}

/** As high as the last one. */
export function addStage(document: EditableDocument, path: Path): void {
  const last = stagesOf(document, path)?.at(-1);
  listAt(document, [...path, 'stages']).items.push(newStage(HOLD_DEFAULT, last?.target ?? AMOUNT_DEFAULT));
}

function newStage(duration: string, target: string) {
  const stage = newMap({ duration, target }, 'plain');
  stage.flow = true;
  return stage;
}
