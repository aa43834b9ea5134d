/** Secrets that scenarios name: stored, replaced and deleted here, and never shown. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SecretPage, SecretResource } from '../../../../core/api/secrets.ts';
import { actorName } from '../../format/actor-name.ts';
import { useTimeFormat } from '../../format/times.ts';
import { useMay, useSession } from '../../session/session-context.ts';
import { Confirm } from '../../shell/confirm.tsx';
import { Loaded } from '../../shell/loaded.tsx';
import { Screen } from '../../shell/screen.tsx';
import { useAction } from '../../shell/use-action.ts';
import { type Column, DataTable } from '../../tables/data-table.tsx';
import { PutSecret } from './put-secret.tsx';

const nameOf = ({ updatedBy }: SecretResource): string => actorName(updatedBy);

export default function Secrets() {
  const { api } = useSession();
  const mayEdit = useMay('editor');
  const { instant } = useTimeFormat();
  /** Whose value is asked for; null: a new one's; undefined: nobody's. */
  const [toPut, setToPut] = useState<string | null | undefined>();
  const [toDelete, setToDelete] = useState<string | null>(null);
  const secrets = useQuery({
    queryKey: ['secrets'],
    queryFn: ({ signal }) => api.get<SecretPage>('/secrets', {}, signal),
  });
  const remove = useAction({
    run: (name: string) => api.send('DELETE', `/secrets/${name}`),
    failure: 'The secret could not be deleted',
    success: (_answer, name) => `${name} is deleted.`,
    changes: ['secrets'],
    onDone: () => setToDelete(null),
  });
  const columns: Column<SecretResource>[] = [
    { id: 'name', header: 'Name', cell: ({ name }) => <code>{name}</code>, value: ({ name }) => name },
    {
      id: 'reference',
      header: 'In a scenario',
      cell: ({ name }) => <code>{`\${secrets.${name}}`}</code>,
      value: ({ name }) => `\${secrets.${name}}`,
    },
    {
      id: 'updated',
      header: 'Stored',
      cell: ({ updatedAt }) => instant(updatedAt),
      value: ({ updatedAt }) => updatedAt,
    },
    { id: 'by', header: 'By', cell: nameOf, value: nameOf },
    ...(mayEdit
      ? [
          {
            id: 'actions',
            header: 'Actions',
            cell: ({ name }: SecretResource) => (
              <SpaceBetween direction="horizontal" size="s">
                <Button variant="inline-link" ariaLabel={`Replace ${name}`} onClick={() => setToPut(name)}>
                  Replace
                </Button>
                <Button variant="inline-link" ariaLabel={`Delete ${name}`} onClick={() => setToDelete(name)}>
                  Delete
                </Button>
              </SpaceBetween>
            ),
          },
        ]
      : []),
  ];
  return (
    <Screen
      title="Secrets"
      description="Values that scenarios name and nobody reads: they reach the load generators, and no log, plan, artifact or report."
    >
      <Loaded query={secrets}>
        {({ items }) => (
          <DataTable
            id="secrets"
            title="Secrets"
            columns={columns}
            rows={items}
            rowId={({ name }) => name}
            empty="There are no secrets."
            actions={
              mayEdit && (
                <Button variant="primary" onClick={() => setToPut(null)}>
                  Store a secret
                </Button>
              )
            }
          />
        )}
      </Loaded>
      {toPut !== undefined && <PutSecret of={toPut} onClose={() => setToPut(undefined)} />}
      {toDelete !== null && (
        <Confirm
          title="Delete a secret"
          deed="Delete"
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate(toDelete)}
          onCancel={() => setToDelete(null)}
        >
          Scenarios that name <strong>{toDelete}</strong> cannot start from then on.
        </Confirm>
      )}
    </Screen>
  );
}
