/** What a file of a scenario holds and held: to save, or to have back. */
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import type { FileVersionResource } from '../../../../core/api/scenarios.ts';
import type { Page } from '../../api/queries.ts';
import { actorName } from '../../format/actor-name.ts';
import { saveFile } from '../../format/csv.ts';
import { shortHash } from '../../format/hash.ts';
import { formatBytes } from '../../format/numbers.ts';
import { useTimeFormat } from '../../format/times.ts';
import { useMay, useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { useAction } from '../../shell/use-action.ts';

interface FileVersionsProps {
  scenarioId: string;
  path: string;
  onClose(): void;
}

export function FileVersions({ scenarioId, path, onClose }: FileVersionsProps) {
  const { api } = useSession();
  const address = `/scenarios/${scenarioId}/file-versions/${path.split('/').map(encodeURIComponent).join('/')}`;
  const versions = useQuery({
    queryKey: ['file-versions', scenarioId, path],
    queryFn: ({ signal }) => api.get<Page<FileVersionResource>>(address, {}, signal),
  });
  const restore = useAction({
    run: (sha256: string) => api.send('POST', address, { body: { sha256 } }),
    failure: 'The version could not be restored',
    success: () => `${path} holds again what it held.`,
    changes: ['scenario', 'scenarios', 'file-versions'],
  });
  const save = useAction({
    run: async (sha256: string) => {
      const answer = await api.fetch('GET', `/scenarios/${scenarioId}/contents/${sha256}`);
      saveFile(path.split('/').at(-1) ?? path, await answer.blob());
    },
    failure: 'The version could not be read',
    changes: [],
  });
  return (
    <Modal visible size="large" header={`Versions of ${path}`} closeAriaLabel="Close" onDismiss={onClose}>
      <Loaded query={versions}>
        {({ items }) => (
          <ul className="plain-list">
            {items.map((version) => (
              <Version
                key={version.sha256}
                version={version}
                isBusy={restore.isPending}
                onSave={() => save.mutate(version.sha256)}
                onRestore={() => restore.mutate(version.sha256)}
              />
            ))}
          </ul>
        )}
      </Loaded>
    </Modal>
  );
}

interface VersionProps {
  version: FileVersionResource;
  isBusy: boolean;
  onSave(): void;
  onRestore(): void;
}

function Version({
  version: { isCurrent, sha256, sizeBytes, storedAt, storedBy },
  isBusy,
  onSave,
  onRestore,
}: VersionProps) {
  const mayEdit = useMay('editor');
  const { instant } = useTimeFormat();
  const hash = shortHash(sha256);
  return (
    <li>
      <Box padding={{ vertical: 'xs' }}>
        <SpaceBetween direction="horizontal" size="m" alignItems="center">
          <code title={sha256}>{hash}</code>
          <span>
            {instant(storedAt)}, {formatBytes(sizeBytes)}
            {`, ${actorName(storedBy)}`}
          </span>
          <Button variant="icon" iconName="download" ariaLabel={`Save version ${hash}`} onClick={onSave} />
          {isCurrent && <Badge color="green">now</Badge>}
          {!isCurrent && mayEdit && (
            <Button variant="inline-link" disabled={isBusy} ariaLabel={`Restore version ${hash}`} onClick={onRestore}>
              Restore
            </Button>
          )}
        </SpaceBetween>
      </Box>
    </li>
  );
}
