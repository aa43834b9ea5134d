/** Keys of the editor: they hold wherever the focus is, in the YAML editor too. */
import { useEffect, useRef } from 'react';

export interface Shortcuts {
  save(): void;
  run(): void;
  undo(): void;
  redo(): void;
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** As people know it: `Ctrl+S`, `⌘S`. */
export const keyName = (key: string): string => (isMac ? `⌘${key}` : `Ctrl+${key}`);

export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const deed = deedOf(event);
      if (deed === null) return;
      event.preventDefault();
      // Before the editor of the text, and before what has the focus.
      event.stopPropagation();
      latest.current[deed]();
    };
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, []);
}

function deedOf({ altKey, ctrlKey, key, metaKey, shiftKey }: KeyboardEvent): keyof Shortcuts | null {
  if (altKey || !(isMac ? metaKey : ctrlKey)) return null;
  const name = key.toLowerCase();
  if (name === 's' && !shiftKey) return 'save';
  if (name === 'enter' && !shiftKey) return 'run';
  if (name === 'z') return shiftKey ? 'redo' : 'undo';
  return name === 'y' && !shiftKey ? 'redo' : null;
}
