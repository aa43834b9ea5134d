/** Light or dark, density, time zone. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type Preferences, usePreferences } from './preferences.ts';

const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const zones = [
  { value: 'local', label: `Local (${localZone})` },
  { value: 'UTC', label: 'UTC' },
  ...Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone })),
];

export default function PreferencesDialog({ onClose }: { onClose(): void }) {
  const { preferences, change } = usePreferences();
  return (
    <Modal
      visible
      onDismiss={onClose}
      header="Preferences"
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <FormField label="Appearance">
          <SegmentedControl
            label="Appearance"
            selectedId={preferences.mode}
            options={[
              { id: 'system', text: 'As the system' },
              { id: 'light', text: 'Light' },
              { id: 'dark', text: 'Dark' },
            ]}
            onChange={({ detail }) => change({ mode: detail.selectedId as Preferences['mode'] })}
          />
        </FormField>
        <FormField label="Density">
          <SegmentedControl
            label="Density"
            selectedId={preferences.density}
            options={[
              { id: 'comfortable', text: 'Comfortable' },
              { id: 'compact', text: 'Compact' },
            ]}
            onChange={({ detail }) => change({ density: detail.selectedId as Preferences['density'] })}
          />
        </FormField>
        <FormField label="Time zone" description="Of all times that the console shows.">
          <Select
            selectedOption={zones.find(({ value }) => value === preferences.timeZone) ?? zones[0]!}
            options={zones}
            filteringType="auto"
            onChange={({ detail }) => change({ timeZone: detail.selectedOption.value ?? 'local' })}
          />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
}
