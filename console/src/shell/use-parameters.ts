/** What of a view stands in its address, so that it can be sent to somebody. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

export interface Parameters {
  get(name: string): string | null;
  /** Null or empty takes one out. The rest stays, and no step is added to the history. */
  set(changes: Readonly<Record<string, string | null>>): void;
}

export function useParameters(): Parameters {
  const [parameters, setParameters] = useSearchParams();
  const set = useCallback(
    (changes: Readonly<Record<string, string | null>>) =>
      setParameters(
        (before) => {
          for (const [name, value] of Object.entries(changes)) {
            if (value === null || value === '') before.delete(name);
            else before.set(name, value);
          }
          return before;
        },
        { replace: true },
      ),
    [setParameters],
  );
  return { get: (name) => parameters.get(name), set };
}
