/** What a run's tasks left: by task, singly, or all as one zip. */
import Button from '@cloudscape-design/components/button';
import Select from '@cloudscape-design/components/select';
import { useQuery } from '@tanstack/react-query';
import type { Artifact } from '../../../../core/api/runs.ts';
import { allPages } from '../../api/all-pages.ts';
import { formatAmount, formatBytes } from '../../format/numbers.ts';
import { useTimeFormat } from '../../format/times.ts';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { useParameters } from '../../shell/use-parameters.ts';
import { type Column, DataTable } from '../../tables/data-table.tsx';
import { useSaveArtifacts } from './use-save-artifacts.ts';

/** Of a run with more, the zip has them all. */
const SHOWN_MAX = 10_000;

export function Artifacts({ runId, isEnded }: { runId: string; isEnded: boolean }) {
  const { api } = useSession();
  const { instant } = useTimeFormat();
  const artifacts = useQuery({
    queryKey: ['artifacts', runId],
    queryFn: ({ signal }) => allPages<Artifact>(api, `/runs/${runId}/artifacts`, { itemsMax: SHOWN_MAX, signal }),
    refetchInterval: isEnded ? false : 10_000,
  });
  const save = useSaveArtifacts(runId);
  const parameters = useParameters();
  const task = parameters.get('artifacts-of');
  const columns: Column<Artifact>[] = [
    {
      id: 'path',
      header: 'File',
      cell: ({ path }) => (
        <Button variant="inline-link" iconName="download" onClick={() => save.mutate(path)}>
          {path}
        </Button>
      ),
      value: ({ path }) => path,
      isLong: true,
    },
    {
      id: 'size',
      header: 'Size',
      cell: ({ sizeBytes }) => formatBytes(sizeBytes),
      value: ({ sizeBytes }) => sizeBytes,
    },
    {
      id: 'modified',
      header: 'Written',
      cell: ({ modifiedAt }) => instant(modifiedAt),
      value: ({ modifiedAt }) => modifiedAt,
    },
  ];
  return (
    <Loaded query={artifacts}>
      {(items) => {
        const shown = task === null ? items : items.filter(({ path }) => taskOf(path) === task);
        const tasks = [...new Set(items.map(({ path }) => taskOf(path)))];
        return (
          <DataTable
            id="artifacts"
            title="Artifacts"
            description={`${formatAmount(shown.length, 'file')}, ${formatBytes(shown.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}`}
            columns={columns}
            rows={shown}
            rowId={({ path }) => path}
            isSearchable
            filters={
              tasks.length > 1 && (
                <Select
                  ariaLabel="Task"
                  filteringType="auto"
                  selectedOption={{ value: task ?? '', label: task === null ? 'All tasks' : labelOf(task) }}
                  options={[
                    { value: '', label: 'All tasks' },
                    ...tasks.map((value) => ({ value, label: labelOf(value) })),
                  ]}
                  onChange={({ detail }) => parameters.set({ 'artifacts-of': detail.selectedOption.value || null })}
                />
              )
            }
            actions={
              items.length > 0 && (
                <Button iconName="download" loading={save.isPending} onClick={() => save.mutate(null)}>
                  All as a zip
                </Button>
              )
            }
            empty={isEnded ? 'Its tasks left nothing, or it is kept no longer.' : 'Tasks deliver them at their end.'}
          />
        );
      }}
    </Loaded>
  );
}

/** `<region>/<task>` of `<region>/<task>/<name>`. */
function taskOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function labelOf(task: string): string {
  const [region = '', number = ''] = task.split('/');
  return `${region}, task ${number}`;
}
