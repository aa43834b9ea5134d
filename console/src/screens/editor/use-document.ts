/** The text of a scenario while it is edited: its history, and its document for the form. */
import { useMemo, useReducer, useRef } from 'react';
import { applyEdit, type Edit } from './document/apply-edit.ts';
import {
  type DocumentFormat,
  type EditableDocument,
  type Obstacle,
  parseText,
  readEditable,
} from './document/editable-document.ts';
import { changed, type DocumentHistory, redone, startHistory, undone } from './document-history.ts';

type Action =
  | { kind: 'change'; text: string; place: string; atMs: number }
  | { kind: 'edit'; edit: Edit; place: string; format: DocumentFormat; atMs: number }
  | { kind: 'undo' }
  | { kind: 'redo' };

export interface ScenarioDocument {
  text: string;
  /** The last one that could be read as a form. */
  document: EditableDocument;
  /** Why the text cannot be; null when `document` is that of the text. */
  obstacle: Obstacle | null;
  canUndo: boolean;
  canRedo: boolean;
  undo(): void;
  redo(): void;
  /** `place`: what is changed, so that what is typed there in one go is undone in one go. */
  change(text: string, place: string): void;
  /** Does nothing while there is an obstacle. */
  edit(place: string, edit: Edit): void;
}

function reduce(history: DocumentHistory, action: Action): DocumentHistory {
  if (action.kind === 'undo') return undone(history);
  if (action.kind === 'redo') return redone(history);
  if (action.kind === 'change') return changed(history, action.text, action.place, action.atMs);
  return changed(history, applyEdit(history.text, action.format, action.edit), action.place, action.atMs);
}

export function useDocument(initial: string, format: DocumentFormat): ScenarioDocument {
  const [history, act] = useReducer(reduce, initial, startHistory);
  const { future, past, text } = history;
  const read = useMemo(() => readEditable(text), [text]);
  const readable = useRef<EditableDocument | null>(null);
  if ('document' in read) readable.current = read.document;
  readable.current ??= parseText('{}');
  return {
    text,
    document: readable.current,
    obstacle: 'obstacle' in read ? read.obstacle : null,
    canUndo: past.length > 0,
    canRedo: future.length > 0,
    undo: () => act({ kind: 'undo' }),
    redo: () => act({ kind: 'redo' }),
    change: (next, place) => act({ kind: 'change', text: next, place, atMs: Date.now() }),
    edit: (place, edit) => act({ kind: 'edit', edit, place, format, atMs: Date.now() }),
  };
}
