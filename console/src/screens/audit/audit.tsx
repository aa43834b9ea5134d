/** Who did what. */
import Button from '@cloudscape-design/components/button';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditPage } from '../../../../core/api/system.ts';
import { auditQuery } from '../../api/queries.ts';
import { useTimeFormat } from '../../format/times.ts';
import { useSession } from '../../session/session-context.ts';
import { Failure } from '../../shell/failure.tsx';
import { Screen } from '../../shell/screen.tsx';
import { type Column, DataTable } from '../../tables/data-table.tsx';

type Entry = AuditPage['items'][number];

const actorName = ({ actor }: Entry): string =>
  actor.kind === 'user' ? actor.name : actor.kind === 'local' ? 'on the host itself' : 'the system';

export default function Audit() {
  const { api } = useSession();
  const { instant } = useTimeFormat();
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage, isPending, refetch } = useInfiniteQuery(
    auditQuery(api),
  );
  const columns: Column<Entry>[] = [
    { id: 'at', header: 'When', cell: ({ at }) => instant(at), value: ({ at }) => at, width: 210 },
    { id: 'actor', header: 'Who', cell: actorName, value: actorName, width: 200 },
    { id: 'action', header: 'What', cell: ({ action }) => action, value: ({ action }) => action, width: 200 },
    { id: 'target', header: 'To', cell: ({ target }) => target, value: ({ target }) => target, width: 260 },
    { id: 'detail', header: 'Detail', cell: ({ detail }) => detail, value: ({ detail }) => detail },
  ];
  return (
    <Screen title="Audit">
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      <DataTable
        id="audit"
        title="Entries"
        columns={columns}
        rows={data?.pages.flatMap(({ items }) => items) ?? []}
        rowId={({ id }) => id}
        isLoading={isPending}
        isSearchable
        pageSize={50}
        empty="Nobody has done anything yet."
        actions={
          hasNextPage && (
            <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Load older entries
            </Button>
          )
        }
      />
    </Screen>
  );
}
