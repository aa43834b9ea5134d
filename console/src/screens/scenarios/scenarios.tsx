/** All scenarios: found by name and tags, run, copied and deleted from their row. What is asked for stands in the address. */
import Badge from '@cloudscape-design/components/badge';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useNavigate } from 'react-router';
import type { ScenarioItem } from '../../../../core/api/scenarios.ts';
import { scenariosQuery } from '../../api/queries.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { formatAmount, formatMs } from '../../format/numbers.ts';
import { useTimeFormat } from '../../format/times.ts';
import { useMay, useSession } from '../../session/session-context.ts';
import { AppLink } from '../../shell/app-link.tsx';
import { Confirm } from '../../shell/confirm.tsx';
import { Failure } from '../../shell/failure.tsx';
import { Screen } from '../../shell/screen.tsx';
import { useParameters } from '../../shell/use-parameters.ts';
import { type Column, DataTable } from '../../tables/data-table.tsx';
import { RunStatus, statusOf } from '../runs/run-status.tsx';
import { useScenarioActions } from './use-scenario-actions.ts';

const sorts = [
  { value: '-updatedAt', label: 'Last changed first' },
  { value: '-createdAt', label: 'Newest first' },
  { value: 'name', label: 'By name' },
];

export default function Scenarios() {
  const { api } = useSession();
  const mayEdit = useMay('editor');
  const navigate = useNavigate();
  const [selected, setSelected] = useState<ScenarioItem[]>([]);
  const [toDelete, setToDelete] = useState<readonly ScenarioItem[]>([]);
  const parameters = useParameters();
  const search = parameters.get('search') ?? '';
  const tag = parameters.get('tag') ?? '';
  const sort = parameters.get('sort') ?? '-updatedAt';
  const query = { search: useDeferredValue(search), sort, tag };
  const list = useInfiniteQuery({ ...scenariosQuery(api, query), placeholderData: keepPreviousData });
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const actions = useScenarioActions(() => {
    setToDelete([]);
    setSelected([]);
  });
  const columns = useColumns({
    actions,
    mayEdit,
    onDelete: (item) => setToDelete([item]),
    onTag: (name) => parameters.set({ tag: name }),
  });
  return (
    <Screen
      title="Scenarios"
      actions={
        mayEdit && (
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="upload" onClick={() => navigate('/scenarios/upload')}>
              Upload a script
            </Button>
            <Button variant="primary" onClick={() => navigate('/scenarios/new')}>
              New scenario
            </Button>
          </SpaceBetween>
        )
      }
    >
      {list.error !== null && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      <DataTable
        id="scenarios"
        title="Scenarios"
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        isLoading={list.isPending}
        empty={search === '' && tag === '' ? 'There is no scenario yet.' : 'No scenario matches.'}
        {...(mayEdit ? { selection: { rows: selected, onChange: setSelected } } : {})}
        filters={
          <SpaceBetween direction="horizontal" size="xs">
            <TextFilter
              filteringText={search}
              filteringPlaceholder="Search names"
              filteringAriaLabel="Search scenarios"
              onChange={({ detail }) => parameters.set({ search: detail.filteringText })}
            />
            <Select
              ariaLabel="Order"
              selectedOption={sorts.find(({ value }) => value === sort) ?? sorts[0]!}
              options={sorts}
              onChange={({ detail }) => parameters.set({ sort: detail.selectedOption.value ?? '' })}
            />
            {tag !== '' && (
              <Button iconName="close" iconAlign="right" onClick={() => parameters.set({ tag: '' })}>
                {`Tag: ${tag}`}
              </Button>
            )}
          </SpaceBetween>
        }
        actions={
          <>
            {mayEdit && (
              <Button disabled={selected.length === 0} onClick={() => setToDelete(selected)}>
                Delete
              </Button>
            )}
            {list.hasNextPage && (
              <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                Load more
              </Button>
            )}
          </>
        }
      />
      {toDelete.length > 0 && (
        <Confirm
          title={toDelete.length === 1 ? 'Delete a scenario' : `Delete ${toDelete.length} scenarios`}
          deed="Delete"
          isBusy={actions.remove.isPending}
          onConfirm={() => actions.remove.mutate(toDelete)}
          onCancel={() => setToDelete([])}
        >
          <strong>{toDelete.map(({ name }) => name).join(', ')}</strong>, with the files of{' '}
          {toDelete.length === 1 ? 'it' : 'them'}, cannot be had back. Their runs and reports stay.
        </Confirm>
      )}
    </Screen>
  );
}

interface ColumnParts {
  actions: ReturnType<typeof useScenarioActions>;
  mayEdit: boolean;
  onDelete(item: ScenarioItem): void;
  onTag(tag: string): void;
}

function useColumns({ actions, mayEdit, onDelete, onTag }: ColumnParts): Column<ScenarioItem>[] {
  const { instant } = useTimeFormat();
  const navigate = useNavigate();
  const doAction = (id: string, item: ScenarioItem) => {
    if (id === 'edit') navigate(`/scenarios/${item.id}/edit`);
    else if (id === 'copy') actions.copy.mutate(item);
    else if (id === 'cancel') actions.cancelRun.mutate(item);
    else onDelete(item);
  };
  return [
    {
      id: 'name',
      header: 'Name',
      cell: ({ id, name }) => <AppLink href={`/scenarios/${id}`}>{name}</AppLink>,
      value: ({ name }) => name,
      isLong: true,
    },
    {
      id: 'tags',
      header: 'Tags',
      cell: ({ tags }) => (
        <div className="side-by-side side-by-side-wrapped">
          {tags.map((tag) => (
            <Button key={tag} variant="inline-link" ariaLabel={`Only with tag ${tag}`} onClick={() => onTag(tag)}>
              <Badge>{tag}</Badge>
            </Button>
          ))}
        </div>
      ),
      value: ({ tags }) => tags.join(' '),
    },
    {
      id: 'last-run',
      header: 'Last run',
      cell: ({ lastRun }) =>
        lastRun === null ? (
          'never'
        ) : (
          <>
            <RunStatus run={lastRun} /> <AppLink href={`/runs/${lastRun.id}`}>{instant(lastRun.createdAt)}</AppLink>
          </>
        ),
      value: ({ lastRun }) => (lastRun === null ? null : `${lastRun.createdAt} ${statusOf(lastRun)[1]}`),
    },
    {
      id: 'trend',
      header: 'p95 of its runs',
      cell: ({ name, trend }) => <Trend name={name} trend={trend} />,
      value: ({ trend }) => trend.at(-1)?.p95Ms ?? null,
    },
    {
      id: 'updated',
      header: 'Changed',
      cell: ({ updatedAt }) => instant(updatedAt),
      value: ({ updatedAt }) => updatedAt,
    },
    ...(mayEdit
      ? [
          {
            id: 'actions',
            header: 'Actions',
            cell: (item: ScenarioItem) => (
              <div className="side-by-side">
                <Button
                  ariaLabel={`Run ${item.name}`}
                  iconName="caret-right-filled"
                  onClick={() => actions.start.mutate(item.id)}
                >
                  Run
                </Button>
                <ButtonDropdown
                  variant="icon"
                  expandToViewport
                  ariaLabel={`More for ${item.name}`}
                  items={[
                    { id: 'edit', text: 'Edit' },
                    { id: 'copy', text: 'Copy' },
                    ...(isUnderWay(item) ? [{ id: 'cancel', text: 'Cancel its run' }] : []),
                    { id: 'delete', text: 'Delete' },
                  ]}
                  onItemClick={({ detail }) => doAction(detail.id, item)}
                />
              </div>
            ),
          },
        ]
      : []),
  ];
}

function isUnderWay({ lastRun }: ScenarioItem): boolean {
  return lastRun !== null && lastRun.endedAt === null;
}

/** Of few runs a line, and what the newest one had. */
function Trend({ name, trend }: Pick<ScenarioItem, 'name' | 'trend'>) {
  const newest = trend.at(-1);
  if (newest === undefined) return null;
  const values = trend.map(({ p95Ms }) => p95Ms);
  return (
    <div className="side-by-side">
      <Sparkline
        values={values}
        label={`p95 of the last ${formatAmount(values.length, 'run')} of ${name}, the newest last`}
      />
      <span>{formatMs(newest.p95Ms)}</span>
    </div>
  );
}
