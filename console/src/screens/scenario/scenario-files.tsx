/** Files that a scenario names: those that are there, and those that it still needs. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import FileInput from '@cloudscape-design/components/file-input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { ScenarioResource, UploadUrl } from '../../../../core/api/scenarios.ts';
import { limits } from '../../../../core/limits.ts';
import type { ApiClient } from '../../api/api-client.ts';
import { putTo } from '../../api/upload.ts';
import { saveFile } from '../../format/csv.ts';
import { shortHash } from '../../format/hash.ts';
import { formatBytes } from '../../format/numbers.ts';
import { useTimeFormat } from '../../format/times.ts';
import { useMay, useSession } from '../../session/session-context.ts';
import { useAction } from '../../shell/use-action.ts';
import { type Column, DataTable } from '../../tables/data-table.tsx';
import { FileVersions } from './file-versions.tsx';

const nothing = { sizeBytes: null, modifiedAt: null, sha256: null };

export const filePath = (scenarioId: string, path: string): string =>
  `/scenarios/${scenarioId}/files/${path.split('/').map(encodeURIComponent).join('/')}`;

export async function uploadFile(api: ApiClient, scenarioId: string, path: string, file: Blob): Promise<void> {
  if (file.size <= limits.apiBodyBytesMax) {
    await api.send('PUT', filePath(scenarioId, path), { body: file });
    return;
  }
  const { body } = await api.send<UploadUrl>('POST', `${filePath(scenarioId, path)}/upload-url`, {
    body: { sizeBytes: file.size },
  });
  await putTo(body, file);
}

interface Row {
  path: string;
  sizeBytes: number | null;
  modifiedAt: string | null;
  sha256: string | null;
  isDeleted: boolean;
}

export function ScenarioFiles({ scenario }: { scenario: ScenarioResource }) {
  const { api } = useSession();
  const mayEdit = useMay('editor');
  const { instant } = useTimeFormat();
  const navigate = useNavigate();
  const [shown, setShown] = useState<string | null>(null);
  const upload = useAction({
    run: ({ file, path }: { path: string; file: File }) => uploadFile(api, scenario.id, path, file),
    failure: 'The file could not be stored',
    success: (_answer, { path }) => `${path} is stored.`,
    changes: ['scenario', 'scenarios', 'file-versions'],
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
    ...scenario.missingFiles.map((path) => ({ path, ...nothing, isDeleted: false })),
    ...scenario.files.map((file) => ({ ...file, isDeleted: false })),
    ...scenario.deletedFiles
      .filter((path) => !scenario.missingFiles.includes(path))
      .map((path) => ({ path, ...nothing, isDeleted: true })),
  ];
  const known = new Set([...scenario.deletedFiles, ...scenario.files.map(({ path }) => path)]);
  const columns: Column<Row>[] = [
    { id: 'path', header: 'File', cell: ({ path }) => <code>{path}</code>, value: ({ path }) => path },
    {
      id: 'size',
      header: 'Size',
      cell: ({ isDeleted, sizeBytes }) =>
        sizeBytes === null ? (isDeleted ? 'deleted' : 'missing') : formatBytes(sizeBytes),
      value: ({ sizeBytes }) => sizeBytes,
    },
    {
      id: 'version',
      header: 'Version',
      cell: ({ path, sha256 }) =>
        known.has(path) ? (
          <Button
            variant="inline-link"
            ariaLabel={`${versionText(sha256)}: versions of ${path}`}
            onClick={() => setShown(path)}
          >
            {versionText(sha256)}
          </Button>
        ) : (
          '–'
        ),
      value: ({ sha256 }) => sha256,
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
            <SpaceBetween direction="horizontal" size="xs">
              <FileInput
                multiple
                value={[]}
                onChange={({ detail }) => {
                  for (const file of detail.value) upload.mutate({ path: file.name, file });
                }}
              >
                Add files
              </FileInput>
              {scenario.scenario.taurus?.executions.some(({ script }) => script !== null) && (
                <Button iconName="upload" onClick={() => navigate(`/scenarios/upload?scenario=${scenario.id}`)}>
                  Replace the script
                </Button>
              )}
            </SpaceBetween>
          )
        }
      />
      {shown !== null && <FileVersions scenarioId={scenario.id} path={shown} onClose={() => setShown(null)} />}
    </SpaceBetween>
  );
}

function versionText(sha256: string | null): string {
  return sha256 === null ? 'earlier versions' : shortHash(sha256);
}
