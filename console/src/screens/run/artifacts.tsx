/** What a run's tasks left: singly, or all as one zip. */
import Button from '@cloudscape-design/components/button';
import { useQuery } from '@tanstack/react-query';
import type { Artifact } from '../../../../core/api/runs.ts';
import type { Page } from '../../api/queries.ts';
import { saveFile } from '../../format/csv.ts';
import { formatBytes } from '../../format/numbers.ts';
import { useTimeFormat } from '../../format/times.ts';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { useAction } from '../../shell/use-action.ts';
import { type Column, DataTable } from '../../tables/data-table.tsx';

export function Artifacts({ runId, isEnded }: { runId: string; isEnded: boolean }) {
  const { api } = useSession();
  const { instant } = useTimeFormat();
  const artifacts = useQuery({
    queryKey: ['artifacts', runId],
    queryFn: ({ signal }) => api.get<Page<Artifact>>(`/runs/${runId}/artifacts`, { limit: 200 }, signal),
    refetchInterval: isEnded ? false : 10_000,
  });
  const save = useAction({
    run: async (path: string) => {
      const answer = await api.fetch(
        'GET',
        `/runs/${runId}/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`,
      );
      saveFile(path.split('/').join('-'), await answer.blob());
    },
    failure: 'The artifact could not be read',
    changes: [],
  });
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
      {({ items }) => (
        <DataTable
          id="artifacts"
          title="Artifacts"
          columns={columns}
          rows={items}
          rowId={({ path }) => path}
          isSearchable
          empty={isEnded ? 'Its tasks left nothing.' : 'Tasks deliver them at their end.'}
        />
      )}
    </Loaded>
  );
}
