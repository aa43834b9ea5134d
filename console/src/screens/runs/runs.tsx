/** All runs, newest first. */
import Button from '@cloudscape-design/components/button';
import { useInfiniteQuery } from '@tanstack/react-query';
import { allRunsQuery } from '../../api/queries.ts';
import { useSession } from '../../session/session-context.ts';
import { Failure } from '../../shell/failure.tsx';
import { Screen } from '../../shell/screen.tsx';
import { RunTable } from './run-table.tsx';

export default function Runs() {
  const { api } = useSession();
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage, isPending, refetch } = useInfiniteQuery(
    allRunsQuery(api),
  );
  return (
    <Screen title="Runs">
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      <RunTable
        id="runs"
        title="Runs"
        rows={data?.pages.flatMap(({ items }) => items) ?? []}
        isLoading={isPending}
        actions={
          hasNextPage && (
            <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Load older runs
            </Button>
          )
        }
      />
    </Screen>
  );
}
