/** Asks before something that cannot be undone. */
import type { ReactNode } from 'react';
import { FormDialog } from './form-dialog.tsx';

interface ConfirmProps {
  title: string;
  /** What the button says: the deed, not "OK". */
  deed: string;
  isBusy: boolean;
  onConfirm(): void;
  onCancel(): void;
  children: ReactNode;
}

export function Confirm({ onConfirm, onCancel, ...dialog }: ConfirmProps) {
  return <FormDialog {...dialog} onSubmit={onConfirm} onClose={onCancel} />;
}
