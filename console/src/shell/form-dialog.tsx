/** A dialog that ends with a deed, or with none: by its buttons, Enter in a field, or Escape. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

interface FormDialogProps {
  title: string;
  /** What the button says: the deed, not "OK". */
  deed: string;
  isBusy: boolean;
  /** False: something is still to be filled in. */
  isReady?: boolean;
  onSubmit(): void;
  onClose(): void;
  children: ReactNode;
}

export function FormDialog({ title, deed, isBusy, isReady = true, onSubmit, onClose, children }: FormDialogProps) {
  return (
    <Modal
      visible
      header={title}
      onDismiss={onClose}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" loading={isBusy} disabled={!isReady} onClick={onSubmit}>
              {deed}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isBusy) onSubmit();
        }}
      >
        {children}
      </form>
    </Modal>
  );
}
