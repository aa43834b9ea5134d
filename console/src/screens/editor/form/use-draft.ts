/** What somebody is writing, while not all of it can stand in the document yet: a row without a name, half a criterion. */
import { useState } from 'react';

interface Draft<Value> {
  /** As the document has it. */
  stored: Value;
  /** Writes what can be written. */
  write(value: Value): void;
  /** Of a value that was written: what stays with who writes it, and what the document will have. */
  settle(value: Value): { draft: Value; stored: Value };
}

/** A value that changes in the document by other ways (undo, YAML) replaces the draft. */
export function useDraft<Value>({ settle, stored, write }: Draft<Value>): [Value, (value: Value) => void] {
  const [draft, setDraft] = useState({ value: stored, basis: JSON.stringify(stored) });
  const basis = JSON.stringify(stored);
  const isOutdated = basis !== draft.basis;
  if (isOutdated) setDraft({ value: stored, basis });
  const change = (value: Value) => {
    const settled = settle(value);
    setDraft({ value: settled.draft, basis: JSON.stringify(settled.stored) });
    write(value);
  };
  return [isOutdated ? stored : draft.value, change];
}
