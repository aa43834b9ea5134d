/** Who may sign in, and what they may do. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Select from '@cloudscape-design/components/select';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChangeUser, IssuedLink, Role, UserResource } from '../../../../core/api/identity.ts';
import { allPages } from '../../api/all-pages.ts';
import { useTimeFormat } from '../../format/times.ts';
import { roles, useSession } from '../../session/session-context.ts';
import { Confirm } from '../../shell/confirm.tsx';
import { Loaded } from '../../shell/loaded.tsx';
import { Screen } from '../../shell/screen.tsx';
import { useAction } from '../../shell/use-action.ts';
import { type Column, DataTable } from '../../tables/data-table.tsx';
import { InviteUser } from './invite-user.tsx';

interface ShownLink extends IssuedLink {
  user: UserResource;
}

export default function Users() {
  const { api, config } = useSession();
  const [isInviting, setInviting] = useState(false);
  const [shown, setShown] = useState<ShownLink | null>(null);
  const [toDelete, setToDelete] = useState<UserResource | null>(null);
  const users = useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => allPages<UserResource>(api, '/users', { signal }),
  });
  const change = useAction({
    run: ({ id, ...body }: ChangeUser & { id: string }) => api.send('PATCH', `/users/${id}`, { body }),
    failure: 'The user could not be changed',
    changes: ['users'],
  });
  const remove = useAction({
    run: ({ id }: UserResource) => api.send('DELETE', `/users/${id}`),
    failure: 'The user could not be removed',
    success: (_answer, { name }) => `${name} is removed.`,
    changes: ['users', 'tokens'],
    onDone: () => setToDelete(null),
  });
  const makeLink = useAction({
    run: async (user: UserResource) => ({
      user,
      ...(await api.send<IssuedLink>('POST', `/users/${user.id}/sign-in-link`)).body,
    }),
    failure: 'The link could not be made',
    changes: [],
    onDone: setShown,
  });
  const columns = useColumns({
    isMailedByIssuer: !config.signIn.isEmbedded,
    onRole: (user, role) => change.mutate({ id: user.id, role }),
    onAction: (action, user) => {
      if (action === 'link') makeLink.mutate(user);
      else if (action === 'delete') setToDelete(user);
      else change.mutate({ id: user.id, isDisabled: action === 'disable' });
    },
  });
  return (
    <Screen
      title="Users"
      description={
        config.signIn.isEmbedded || config.signIn.cognito !== null
          ? undefined
          : `People sign in at ${config.signIn.issuer}, which says what they may do; what stands here is for those who sign in here.`
      }
    >
      {shown !== null && <NewLink {...shown} onDismiss={() => setShown(null)} />}
      <Loaded query={users}>
        {(items) => (
          <DataTable
            id="users"
            title="Users"
            columns={columns}
            rows={items}
            rowId={({ id }) => id}
            isSearchable
            empty="There is no user."
            actions={
              <Button variant="primary" onClick={() => setInviting(true)}>
                Invite
              </Button>
            }
          />
        )}
      </Loaded>
      {isInviting && (
        <InviteUser
          onClose={() => setInviting(false)}
          onInvited={(invited) => {
            setInviting(false);
            setShown(invited);
          }}
        />
      )}
      {toDelete !== null && (
        <Confirm
          title="Remove a user"
          deed="Remove"
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate(toDelete)}
          onCancel={() => setToDelete(null)}
        >
          <strong>{toDelete.name}</strong> is signed out at once, and all of their API tokens stop working. What they
          made stays.
        </Confirm>
      )}
    </Screen>
  );
}

function NewLink({ user, link, onDismiss }: ShownLink & { onDismiss(): void }) {
  const { instant } = useTimeFormat();
  if (link === null) {
    return (
      <Alert type="success" dismissible onDismiss={onDismiss} header={`A mail to ${user.name}`}>
        It is on its way to {user.email}, and says how to choose a password.
      </Alert>
    );
  }
  return (
    <Alert type="success" dismissible onDismiss={onDismiss} header={`A link for ${user.name}`}>
      <Box>
        {link.isMailed ? `It is on its way to ${user.email}. ` : 'Hand it over: it is not mailed. '}
        It works once, until {instant(link.expiresAt)}, and is not shown again.
      </Box>
      <CopyToClipboard
        variant="inline"
        textToCopy={link.url}
        copyButtonAriaLabel="Copy the link"
        copySuccessText="Copied"
        copyErrorText="The browser did not copy it"
      />
    </Alert>
  );
}

type Action = 'link' | 'disable' | 'enable' | 'delete';

const statuses = {
  invited: ['pending', 'Invited'],
  active: ['success', 'Active'],
  disabled: ['stopped', 'Disabled'],
} as const;

function linkWords({ status }: UserResource, isMailedByIssuer: boolean): string {
  if (isMailedByIssuer) return status === 'invited' ? 'Mail the invite again' : 'Mail a password reset';
  return status === 'invited' ? 'New invite link' : 'Password reset link';
}

function useColumns(parts: {
  isMailedByIssuer: boolean;
  onRole(user: UserResource, role: Role): void;
  onAction(action: Action, user: UserResource): void;
}): Column<UserResource>[] {
  const { instant } = useTimeFormat();
  const { me } = useSession();
  const roleOptions = roles.map((role) => ({ value: role, label: role }));
  return [
    { id: 'name', header: 'Name', cell: ({ name }) => name, value: ({ name }) => name },
    { id: 'email', header: 'Email', cell: ({ email }) => email, value: ({ email }) => email },
    {
      id: 'role',
      header: 'Role',
      cell: (user) => (
        <Select
          ariaLabel={`Role of ${user.name}`}
          expandToViewport
          disabled={user.id === me.id}
          selectedOption={roleOptions.find(({ value }) => value === user.role) ?? null}
          options={roleOptions}
          onChange={({ detail }) => parts.onRole(user, detail.selectedOption.value as Role)}
        />
      ),
      value: ({ role }) => role,
      isLong: true,
    },
    {
      id: 'status',
      header: 'Status',
      cell: ({ status }) => <StatusIndicator type={statuses[status][0]}>{statuses[status][1]}</StatusIndicator>,
      value: ({ status }) => status,
    },
    {
      id: 'last',
      header: 'Last sign-in',
      cell: ({ lastSignInAt }) => instant(lastSignInAt),
      value: ({ lastSignInAt }) => lastSignInAt,
    },
    {
      id: 'actions',
      header: 'Actions',
      cell: (user) => (
        <ButtonDropdown
          variant="inline-icon"
          expandToViewport
          ariaLabel={`More for ${user.name}`}
          items={[
            { id: 'link', text: linkWords(user, parts.isMailedByIssuer) },
            user.status === 'disabled'
              ? { id: 'enable', text: 'Enable' }
              : { id: 'disable', text: 'Disable', disabled: user.id === me.id },
            { id: 'delete', text: 'Remove', disabled: user.id === me.id },
          ]}
          onItemClick={({ detail }) => parts.onAction(detail.id as Action, user)}
        />
      ),
    },
  ];
}
