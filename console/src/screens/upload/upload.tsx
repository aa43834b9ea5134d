/** A script, or a zip of one with all that it needs, becomes a scenario, or takes the place of a scenario's script. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FileDropzone from '@cloudscape-design/components/file-dropzone';
import FileInput from '@cloudscape-design/components/file-input';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { describeError } from '../../api/api-problem.ts';
import { scenarioQuery } from '../../api/queries.ts';
import { formatBytes } from '../../format/numbers.ts';
import { useMay, useSession } from '../../session/session-context.ts';
import { Screen } from '../../shell/screen.tsx';
import { askedOf, type LoadTexts, loadFields, noLoad, problemOf } from './load-texts.ts';
import { type UploadState, useUpload } from './use-upload.ts';

const ACCEPTED = '.jmx,.js,.mjs,.ts,.py,.yml,.yaml,.zip';

export default function Upload() {
  const [parameters] = useSearchParams();
  const replaces = parameters.get('scenario');
  const mayEdit = useMay('editor');
  if (!mayEdit) return <Alert type="warning">Uploading a script needs the role editor.</Alert>;
  return replaces === null ? <NewScenario /> : <ReplaceScript scenarioId={replaces} />;
}

function NewScenario() {
  const navigate = useNavigate();
  return (
    <Screen title="Upload a script" above={[{ text: 'Scenarios', href: '/scenarios' }]}>
      <UploadForm replaces={null} onDone={(id) => navigate(`/scenarios/${id}?tab=settings`)} />
    </Screen>
  );
}

function ReplaceScript({ scenarioId }: { scenarioId: string }) {
  const { api } = useSession();
  const navigate = useNavigate();
  const scenario = useQuery(scenarioQuery(api, scenarioId));
  const name = scenario.data?.name ?? 'the scenario';
  return (
    <Screen
      title="Replace the script"
      above={[
        { text: 'Scenarios', href: '/scenarios' },
        { text: name, href: `/scenarios/${scenarioId}` },
      ]}
      description="What the scenario ran before is kept as an earlier version."
    >
      <UploadForm replaces={scenarioId} onDone={(id) => navigate(`/scenarios/${id}?tab=files`)} />
    </Screen>
  );
}

function UploadForm({ replaces, onDone }: { replaces: string | null; onDone(scenarioId: string): void }) {
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const [load, setLoad] = useState<LoadTexts>(noLoad);
  const [main, setMain] = useState<string | null>(null);
  const upload = useUpload(replaces, ({ id }) => onDone(id));
  const isBusy = upload.state.kind === 'sending' || upload.state.kind === 'reading';
  const isLoadRight = loadFields.every((field) => problemOf(field, load[field.key]) === null);
  const isReady = file !== null && isLoadRight && (upload.candidates.length === 0 || main !== null);
  const choose = ([chosen]: File[]) => {
    if (chosen === undefined) return;
    setFile(chosen);
    setMain(null);
    upload.forget();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isBusy) void upload.submit(file, askedOf({ name, load, main }));
      }}
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">File</Header>}>
          <SpaceBetween size="m">
            <FileDropzone onChange={({ detail }) => choose(detail.value)}>
              <SpaceBetween size="xs" alignItems="center">
                <Box>{file === null ? 'Drop a file here' : `${file.name}, ${formatBytes(file.size)}`}</Box>
                <FileInput accept={ACCEPTED} value={[]} onChange={({ detail }) => choose(detail.value)}>
                  {file === null ? 'Choose a file' : 'Choose another file'}
                </FileInput>
              </SpaceBetween>
            </FileDropzone>
            <Box variant="small" color="text-body-secondary">
              A JMeter test plan (.jmx), a k6 script (.js, .ts), a Locust file (.py), a Taurus file (.yml), or a .zip of
              one of them with data files, plugins/*.jar and requirements.txt. Up to 200 MB.
            </Box>
            {upload.candidates.length > 0 && (
              <FormField label="Which one is to run?">
                <RadioGroup
                  value={main}
                  items={upload.candidates.map((path) => ({ value: path, label: path }))}
                  onChange={({ detail }) => setMain(detail.value)}
                />
              </FormField>
            )}
          </SpaceBetween>
        </Container>
        {replaces === null && (
          <ScenarioFields name={name} onName={setName} load={load} onLoad={setLoad} isDisabled={isBusy} />
        )}
        <Progress state={upload.state} isChoice={upload.candidates.length > 0 && main === null} />
        <Box float="right">
          <Button variant="primary" formAction="submit" loading={isBusy} disabled={!isReady}>
            {replaces === null ? 'Make the scenario' : 'Replace the script'}
          </Button>
        </Box>
      </SpaceBetween>
    </form>
  );
}

interface ScenarioFieldsProps {
  name: string;
  onName(name: string): void;
  load: LoadTexts;
  onLoad(load: LoadTexts): void;
  isDisabled: boolean;
}

function ScenarioFields({ name, onName, load, onLoad, isDisabled }: ScenarioFieldsProps) {
  return (
    <Container header={<Header variant="h2">Scenario</Header>}>
      <SpaceBetween size="m">
        <FormField label="Name" description="Without one it is called after the script.">
          <Input value={name} disabled={isDisabled} onChange={({ detail }) => onName(detail.value)} />
        </FormField>
        <ExpandableSection headerText="Another load than the script describes">
          <ColumnLayout columns={3} minColumnWidth={200}>
            {loadFields.map((field) => (
              <FormField
                key={field.key}
                label={field.label}
                description={field.description}
                errorText={problemOf(field, load[field.key])}
              >
                <Input
                  value={load[field.key]}
                  placeholder={field.example}
                  inputMode={field.isNumber ? 'numeric' : 'text'}
                  disabled={isDisabled}
                  onChange={({ detail }) => onLoad({ ...load, [field.key]: detail.value })}
                />
              </FormField>
            ))}
          </ColumnLayout>
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
}

function Progress({ state, isChoice }: { state: UploadState; isChoice: boolean }) {
  if (state.kind === 'sending') return <ProgressBar value={state.share * 100} label="Sending the file" />;
  if (state.kind === 'reading') return <Box>The server reads it…</Box>;
  if (state.kind !== 'failed') return null;
  const { title, hint, fields } = describeError(state.error);
  if (isChoice) return <Alert type="info">Several files can be run: choose the one that is meant.</Alert>;
  return (
    <Alert type="error" header={title}>
      {fields.length > 0 && (
        <ul className="plain-list">
          {fields.map(({ message, path }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {hint}
    </Alert>
  );
}
