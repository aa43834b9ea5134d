/** The texts that a document was, for undo and redo, whichever way it was changed: form and YAML share one history. */

export interface DocumentHistory {
  past: readonly string[];
  text: string;
  future: readonly string[];
  /** Where the last change was, and when: what is typed in one go in one place is undone in one go. */
  place: string | null;
  atMs: number;
}

const TOGETHER_MS = 1_000;
const VERSIONS_MAX = 200;

export function startHistory(text: string): DocumentHistory {
  return { past: [], text, future: [], place: null, atMs: 0 };
}

export function changed(history: DocumentHistory, text: string, place: string, nowMs: number): DocumentHistory {
  if (text === history.text) return history;
  const isGoingOn = place === history.place && nowMs - history.atMs < TOGETHER_MS;
  const past = isGoingOn ? history.past : [...history.past, history.text].slice(-VERSIONS_MAX);
  return { past, text, future: [], place, atMs: nowMs };
}

export function undone(history: DocumentHistory): DocumentHistory {
  const text = history.past.at(-1);
  if (text === undefined) return history;
  return { past: history.past.slice(0, -1), text, future: [history.text, ...history.future], place: null, atMs: 0 };
}

export function redone(history: DocumentHistory): DocumentHistory {
  const [text, ...future] = history.future;
  if (text === undefined) return history;
  return { past: [...history.past, history.text], text, future, place: null, atMs: 0 };
}
