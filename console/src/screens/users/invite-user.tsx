/** Asks whom to invite. */
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { InvitedUser } from '../../../../core/api/identity.ts';
import { useSession } from '../../session/session-context.ts';
import { FormDialog } from '../../shell/form-dialog.tsx';
import { useAction } from '../../shell/use-action.ts';

const roleOptions = [
  { value: 'viewer', label: 'viewer', description: 'Reads' },
  { value: 'editor', label: 'editor', description: 'Makes scenarios and runs them' },
  { value: 'admin', label: 'admin', description: 'Keeps users and settings too' },
];

export function InviteUser({ onClose, onInvited }: { onClose(): void; onInvited(invited: InvitedUser): void }) {
  const { api } = useSession();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState('editor');
  const isReady = email.includes('@');
  const invite = useAction({
    run: async () => {
      const body = { email: email.trim(), role, ...(name.trim() === '' ? {} : { name: name.trim() }) };
      return (await api.send<InvitedUser>('POST', '/users', { body })).body;
    },
    failure: 'The invite could not be made',
    changes: ['users'],
    onDone: onInvited,
  });
  return (
    <FormDialog
      title="Invite somebody"
      deed="Invite"
      isBusy={invite.isPending}
      isReady={isReady}
      onSubmit={() => invite.mutate()}
      onClose={onClose}
    >
      <SpaceBetween size="m">
        <FormField label="Email">
          <Input type="email" value={email} autoFocus onChange={({ detail }) => setEmail(detail.value)} />
        </FormField>
        <FormField label="Name" description="What stands before the @ when left empty.">
          <Input value={name} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
        <FormField label="Role">
          <Select
            selectedOption={roleOptions.find(({ value }) => value === role) ?? roleOptions[1]!}
            options={roleOptions}
            onChange={({ detail }) => setRole(detail.selectedOption.value ?? 'viewer')}
          />
        </FormField>
      </SpaceBetween>
    </FormDialog>
  );
}
