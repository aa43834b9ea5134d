/** Files that a scenario names: those that are there, and those that it still needs. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import FileInput from '@cloudscape-design/components/file-input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ScenarioResource, UploadUrl } from '../../../../core/api/scenarios.ts';
import type { ApiClient } from '../../api/api-client.ts';
import { saveFile } from '../../format/csv.ts';
import { formatBytes } from '../../format/numbers.ts';
import { useTimeFormat } from '../../format/times.ts';
import { useMay, useSession } from '../../session/session-context.ts';
import { useAction } from '../../shell/use-action.ts';
import { type Column, DataTable } from '../../tables/data-table.tsx';

/** Above it a body does not go through the API, but to an upload URL. */
const API_BODY_BYTES_MAX = 5 * 1024 * 1024;

export const filePath = (scenarioId: string, path: string): string =>
  `/scenarios/${scenarioId}/files/${path.split('/').map(encodeURIComponent).join('/')}`;

export async function uploadFile(api: ApiClient, scenarioId: string, path: string, file: Blob): Promise<void> {
  if (file.size <= API_BODY_BYTES_MAX) {
    await api.send('PUT', filePath(scenarioId, path), { body: file });
    return;
  }
  const { body } = await api.send<UploadUrl>('POST', `${filePath(scenarioId, path)}/upload-url`, {
    body: { sizeBytes: file.size },
  });
  const answer = await fetch(body.url, { method: body.method, headers: body.headers, body: file });
  if (!answer.ok) throw new Error(`The upload was answered with ${answer.status}.`);
}

interface Row {
  path: string;
  sizeBytes: number | null;
  modifiedAt: string | null;
}

export function ScenarioFiles({ scenario }: { scenario: ScenarioResource }) {
  const { api } = useSession();
  const mayEdit = useMay('editor');
  const { instant } = useTimeFormat();
  const upload = useAction({
    run: ({ file, path }: { path: string; file: File }) => uploadFile(api, scenario.id, path, file),
    failure: 'The file could not be stored',
    success: (_answer, { path }) => `${path} is stored.`,
    changes: ['scenario', 'scenarios'],
  });
  const remove = useAction({
    run: (path: string) => api.send('DELETE', filePath(scenario.id, path)),
    failure: 'The file could not be deleted',
    changes: ['scenario', 'scenarios'],
  });
  const save = useAction({
    run: async (path: string) => saveFile(path, await (await api.fetch('GET', filePath(scenario.id, path))).blob()),
    failure: 'The file could not be read',
    changes: [],
  });
  const rows: Row[] = [
    ...scenario.missingFiles.map((path) => ({ path, sizeBytes: null, modifiedAt: null })),
    ...scenario.files,
  ];
  const columns: Column<Row>[] = [
    { id: 'path', header: 'File', cell: ({ path }) => <code>{path}</code>, value: ({ path }) => path },
    {
      id: 'size',
      header: 'Size',
      cell: ({ sizeBytes }) => (sizeBytes === null ? 'missing' : formatBytes(sizeBytes)),
      value: ({ sizeBytes }) => sizeBytes,
    },
    {
      id: 'modified',
      header: 'Stored',
      cell: ({ modifiedAt }) => instant(modifiedAt),
      value: ({ modifiedAt }) => modifiedAt,
    },
    {
      id: 'actions',
      header: 'Actions',
      cell: ({ path, sizeBytes }) => (
        <SpaceBetween direction="horizontal" size="xs">
          {mayEdit && (
            <FileInput
              variant="icon"
              ariaLabel={`Upload ${path}`}
              value={[]}
              onChange={({ detail }) => {
                const [file] = detail.value;
                if (file !== undefined) upload.mutate({ path, file });
              }}
            />
          )}
          {sizeBytes !== null && (
            <Button variant="icon" iconName="download" ariaLabel={`Save ${path}`} onClick={() => save.mutate(path)} />
          )}
          {sizeBytes !== null && mayEdit && (
            <Button variant="icon" iconName="remove" ariaLabel={`Delete ${path}`} onClick={() => remove.mutate(path)} />
          )}
        </SpaceBetween>
      ),
    },
  ];
  return (
    <SpaceBetween size="l">
      {scenario.missingFiles.length > 0 && (
        <Alert type="warning" header="Files are missing">
          It names files that nobody has stored yet, and cannot start without them.
        </Alert>
      )}
      <DataTable
        id="files"
        title="Files"
        columns={columns}
        rows={rows}
        rowId={({ path }) => path}
        empty="It names no files: bodies, data and certificates would stand here."
        actions={
          mayEdit && (
            <FileInput
              value={[]}
              onChange={({ detail }) => {
                for (const file of detail.value) upload.mutate({ path: file.name, file });
              }}
            >
              Add a file
            </FileInput>
          )
        }
      />
    </SpaceBetween>
  );
}
