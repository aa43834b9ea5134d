/** Asks what a new token may do, and for how long. */
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { CreatedToken } from '../../../../core/api/identity.ts';
import { roles, useSession } from '../../session/session-context.ts';
import { FormDialog } from '../../shell/form-dialog.tsx';
import { useAction } from '../../shell/use-action.ts';

const lifetimes = [7, 30, 90, 180, 366].map((days) => ({ value: String(days), label: `${days} days` }));

export function CreateToken({ onClose, onCreated }: { onClose(): void; onCreated(token: CreatedToken): void }) {
  const { api, me } = useSession();
  const [name, setName] = useState('');
  const [role, setRole] = useState<string>(me.role === 'viewer' ? 'viewer' : 'editor');
  const [days, setDays] = useState('90');
  const create = useAction({
    run: async () =>
      (await api.send<CreatedToken>('POST', '/tokens', { body: { name, role, expiresInDays: Number(days) } })).body,
    failure: 'The token could not be made',
    changes: ['tokens'],
    onDone: onCreated,
  });
  const own = roles.slice(0, roles.indexOf(me.role) + 1).map((value) => ({ value, label: value }));
  return (
    <FormDialog
      title="Make an API token"
      deed="Make it"
      isBusy={create.isPending}
      isReady={name.trim() !== ''}
      onSubmit={() => create.mutate()}
      onClose={onClose}
    >
      <SpaceBetween size="m">
        <FormField label="Name" description="What uses it.">
          <Input
            value={name}
            placeholder="nightly pipeline"
            autoFocus
            onChange={({ detail }) => setName(detail.value)}
          />
        </FormField>
        <FormField label="Role" description="At most your own. Editors create and run, viewers read.">
          <Select
            selectedOption={own.find(({ value }) => value === role) ?? own[0]!}
            options={own}
            onChange={({ detail }) => setRole(detail.selectedOption.value ?? 'viewer')}
          />
        </FormField>
        <FormField label="Expires after">
          <Select
            selectedOption={lifetimes.find(({ value }) => value === days) ?? lifetimes[2]!}
            options={lifetimes}
            onChange={({ detail }) => setDays(detail.selectedOption.value ?? '90')}
          />
        </FormField>
      </SpaceBetween>
    </FormDialog>
  );
}
