/** Shows what a query answered; before that, that it loads, and why it failed. */
import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure } from './failure.tsx';

export function Loaded<Data>({ query, children }: { query: UseQueryResult<Data>; children(data: Data): ReactNode }) {
  const { data, error, refetch } = query;
  // What was loaded once stays, with a word on what failed since.
  if (data !== undefined) {
    return (
      <>
        {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
        {children(data)}
      </>
    );
  }
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  return (
    <Box textAlign="center" padding="l">
      <Spinner size="large" />
    </Box>
  );
}
