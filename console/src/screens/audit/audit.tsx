/** Who did what. */
import Button from '@cloudscape-design/components/button';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditPage } from '../../../../core/api/system.ts';
import { auditQuery } from '../../api/queries.ts';
import { actorName } from '../../format/actor-name.ts';
import { useTimeFormat } from '../../format/times.ts';
import { useSession } from '../../session/session-context.ts';
import { AppLink } from '../../shell/app-link.tsx';
import { Failure } from '../../shell/failure.tsx';
import { Screen } from '../../shell/screen.tsx';
import { type Column, DataTable } from '../../tables/data-table.tsx';

type Entry = AuditPage['items'][number];

const nameOf = ({ actor }: Entry): string => actorName(actor);

/** Where what it was done to can be seen. */
const pathOf: Readonly<Record<string, (id: string) => string>> = {
  run: (id) => `/runs/${id}`,
  scenario: (id) => `/scenarios/${id}`,
  user: () => '/users',
};

/** By its name, when it is still there. */
function Target({ entry: { action, target, targetName } }: { entry: Entry }) {
  const kind = action.split('.', 1)[0] ?? '';
  const path = pathOf[kind];
  if (targetName === null || path === undefined) return <code>{target}</code>;
  return <AppLink href={path(target)}>{kind === 'run' ? `run of ${targetName}` : `${kind} ${targetName}`}</AppLink>;
}

/** The scenario of a run is named beside it already; what a copy is of is another scenario. */
function Detail({ entry: { action, detail, targetName } }: { entry: Entry }) {
  const of = /^of (scenario-\S+)$/.exec(detail ?? '')?.[1];
  if (of === undefined) return detail;
  if (action === 'run.start' && targetName !== null) return null;
  return <AppLink href={`/scenarios/${of}`}>{detail}</AppLink>;
}

export default function Audit() {
  const { api } = useSession();
  const { instant } = useTimeFormat();
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage, isPending, refetch } = useInfiniteQuery(
    auditQuery(api),
  );
  const columns: Column<Entry>[] = [
    { id: 'at', header: 'When', cell: ({ at }) => instant(at), value: ({ at }) => at },
    { id: 'actor', header: 'Who', cell: nameOf, value: nameOf },
    { id: 'action', header: 'What', cell: ({ action }) => action, value: ({ action }) => action },
    {
      id: 'target',
      header: 'To',
      cell: (entry) => <Target entry={entry} />,
      value: ({ target, targetName }) => (targetName === null ? target : `${targetName} (${target})`),
      isLong: true,
    },
    {
      id: 'detail',
      header: 'Detail',
      cell: (entry) => <Detail entry={entry} />,
      value: ({ detail }) => detail,
      isLong: true,
    },
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
