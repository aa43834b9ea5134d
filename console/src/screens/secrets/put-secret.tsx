/** Asks for the value of a secret: a new one's, or another one of one that is there. */
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useSession } from '../../session/session-context.ts';
import { FormDialog } from '../../shell/form-dialog.tsx';
import { useAction } from '../../shell/use-action.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const LENGTH_MIN = 4;

/** `of`: whose value is replaced; null: a new one. */
export function PutSecret({ of, onClose }: { of: string | null; onClose(): void }) {
  const { api } = useSession();
  const [name, setName] = useState(of ?? '');
  const [value, setValue] = useState('');
  const put = useAction({
    run: () => api.send('PUT', `/secrets/${name}`, { body: { value } }),
    failure: 'The secret could not be stored',
    success: () => `${name} is stored: runs that start from now on get this value.`,
    changes: ['secrets'],
    onDone: onClose,
  });
  const isName = NAME.test(name);
  return (
    <FormDialog
      title={of === null ? 'Store a secret' : `Replace ${of}`}
      deed="Store"
      isBusy={put.isPending}
      isReady={isName && value.length >= LENGTH_MIN}
      onSubmit={() => put.mutate(undefined)}
      onClose={onClose}
    >
      <SpaceBetween size="m">
        {of === null && (
          <FormField
            label="Name"
            description="Letters, digits and underscores."
            errorText={
              name === '' || isName ? null : 'Letters, digits and underscores, at most 64, and no digit first.'
            }
          >
            <Input
              value={name}
              placeholder="API_KEY"
              autoFocus
              onChange={({ detail }) => setName(detail.value.trim())}
            />
          </FormField>
        )}
        <FormField
          label="Value"
          description={`At least ${LENGTH_MIN} characters. It cannot be read again, by nobody.`}
          errorText={value !== '' && value.length < LENGTH_MIN ? `At least ${LENGTH_MIN} characters.` : null}
        >
          <Textarea
            value={value}
            rows={3}
            spellcheck={false}
            autoComplete={false}
            autoFocus={of !== null}
            onChange={({ detail }) => setValue(detail.value)}
          />
        </FormField>
      </SpaceBetween>
    </FormDialog>
  );
}
