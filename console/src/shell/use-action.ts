/** Something a person does: while it goes on it says so, what went wrong is shown, and what it changed is asked for again. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNotices } from './notices.tsx';

interface Action<Input, Output> {
  run(input: Input): Promise<Output>;
  /** What was tried, for the notice when it fails: `The run could not be started`. */
  failure: string;
  /** What was done, for the notice; left out where it shows by itself. */
  success?: (output: Output, input: Input) => string;
  /** First parts of the keys of queries that it changed. */
  changes: readonly string[];
  onDone?: (output: Output, input: Input) => void;
}

export function useAction<Input = void, Output = unknown>(action: Action<Input, Output>) {
  const { show, showError } = useNotices();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: action.run,
    onSuccess: async (output, input) => {
      const done = action.success?.(output, input);
      if (done !== undefined) show({ type: 'success', content: done });
      action.onDone?.(output, input);
      await Promise.all(action.changes.map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
    onError: (error) => showError(action.failure, error),
  });
}
