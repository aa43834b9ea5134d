/** Personal API tokens: for pipelines and scripts. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Toggle from '@cloudscape-design/components/toggle';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CreatedToken, TokenResource } from '../../../../core/api/identity.ts';
import { allPages } from '../../api/all-pages.ts';
import { useTimeFormat } from '../../format/times.ts';
import { useMay, useSession } from '../../session/session-context.ts';
import { Confirm } from '../../shell/confirm.tsx';
import { Loaded } from '../../shell/loaded.tsx';
import { Screen } from '../../shell/screen.tsx';
import { useAction } from '../../shell/use-action.ts';
import { type Column, DataTable } from '../../tables/data-table.tsx';
import { CreateToken } from './create-token.tsx';

export default function Tokens() {
  const { api } = useSession();
  const isAdmin = useMay('admin');
  const { instant } = useTimeFormat();
  const [isOfEverybody, setOfEverybody] = useState(false);
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedToken | null>(null);
  const [toRevoke, setToRevoke] = useState<TokenResource | null>(null);
  const of = isOfEverybody ? 'everybody' : 'me';
  const tokens = useQuery({
    queryKey: ['tokens', of],
    queryFn: ({ signal }) => allPages<TokenResource>(api, '/tokens', { query: { of }, signal }),
  });
  const revoke = useAction({
    run: ({ id }: TokenResource) => api.send('DELETE', `/tokens/${id}`),
    failure: 'The token could not be revoked',
    success: (_answer, { name }) => `${name} is revoked: whoever uses it is refused from now on.`,
    changes: ['tokens'],
    onDone: () => setToRevoke(null),
  });
  const columns: Column<TokenResource>[] = [
    { id: 'name', header: 'Name', cell: ({ name }) => name, value: ({ name }) => name },
    {
      id: 'prefix',
      header: 'Begins with',
      cell: ({ prefix }) => <code>{prefix}…</code>,
      value: ({ prefix }) => prefix,
    },
    { id: 'role', header: 'Role', cell: ({ role }) => role, value: ({ role }) => role },
    ...(isOfEverybody
      ? [
          {
            id: 'owner',
            header: 'Owner',
            cell: ({ owner }: TokenResource) => owner.name,
            value: ({ owner }: TokenResource) => owner.name,
          },
        ]
      : []),
    { id: 'created', header: 'Made', cell: ({ createdAt }) => instant(createdAt), value: ({ createdAt }) => createdAt },
    {
      id: 'expires',
      header: 'Expires',
      cell: ({ expiresAt }) => instant(expiresAt),
      value: ({ expiresAt }) => expiresAt,
    },
    {
      id: 'used',
      header: 'Last used',
      cell: ({ lastUsedAt }) => instant(lastUsedAt),
      value: ({ lastUsedAt }) => lastUsedAt,
    },
    {
      id: 'revoke',
      header: 'Revoke',
      cell: (token) => (
        <Button variant="inline-link" ariaLabel={`Revoke ${token.name}`} onClick={() => setToRevoke(token)}>
          Revoke
        </Button>
      ),
    },
  ];
  return (
    <Screen
      title="API tokens"
      description="For pipelines and scripts: sent as a Bearer token, with a role of their own."
    >
      {created !== null && (
        <Alert type="success" dismissible onDismiss={() => setCreated(null)} header={`${created.name} is made`}>
          <Box>Copy it now: it is not shown again, only its hash is kept.</Box>
          <CopyToClipboard
            variant="inline"
            textToCopy={created.token}
            copyButtonAriaLabel="Copy the token"
            copySuccessText="Copied"
            copyErrorText="The browser did not copy it"
          />
        </Alert>
      )}
      <Loaded query={tokens}>
        {(items) => (
          <DataTable
            id="tokens"
            title="Tokens"
            columns={columns}
            rows={items}
            rowId={({ id }) => id}
            empty="There are no tokens."
            filters={
              isAdmin && (
                <Toggle checked={isOfEverybody} onChange={({ detail }) => setOfEverybody(detail.checked)}>
                  Of everybody
                </Toggle>
              )
            }
            actions={
              <Button variant="primary" onClick={() => setCreating(true)}>
                Make a token
              </Button>
            }
          />
        )}
      </Loaded>
      {isCreating && (
        <CreateToken
          onClose={() => setCreating(false)}
          onCreated={(token) => {
            setCreating(false);
            setCreated(token);
          }}
        />
      )}
      {toRevoke !== null && (
        <Confirm
          title="Revoke a token"
          deed="Revoke"
          isBusy={revoke.isPending}
          onConfirm={() => revoke.mutate(toRevoke)}
          onCancel={() => setToRevoke(null)}
        >
          Whatever uses <strong>{toRevoke.name}</strong> is refused from then on.
        </Confirm>
      )}
    </Screen>
  );
}
