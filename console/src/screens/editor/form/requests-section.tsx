/** What users do: one box for each flow. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FlowPlace, flowsOf, otherKeywords, stepsOf } from '../document/requests.ts';
import { MoreInYaml, OnlyInYaml, TextField } from './fields.tsx';
import { problemsAt, useForm } from './form-context.ts';
import { StepList } from './step-list.tsx';

const known = ['default-address', 'think-time', 'requests'];

export function RequestsSection() {
  const { document } = useForm();
  const flows = flowsOf(document);
  // A document without any begins with one.
  const places = flows.length === 0 ? [{ name: 'main', path: ['scenarios', 'main'] }] : flows;
  return (
    <SpaceBetween size="l">
      {places.map((place) => (
        <FlowBox key={place.name} place={place} isOnly={places.length === 1} />
      ))}
    </SpaceBetween>
  );
}

function FlowBox({ isOnly, place: { name, path } }: { place: FlowPlace; isOnly: boolean }) {
  const form = useForm();
  const steps = stepsOf(form.document, path);
  const requestsPath = [...path, 'requests'];
  return (
    <Container
      header={
        <Header variant="h2" description="What each user does, again and again, one after the other.">
          {isOnly ? 'Requests' : `Requests ${name}`}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Grid gridDefinition={[{ colspan: { default: 12, xs: 8 } }, { colspan: { default: 12, xs: 4 } }]}>
          <TextField
            label="Address"
            path={[...path, 'default-address']}
            placeholder="https://shop.example"
            constraint="For urls that begin with /"
          />
          <TextField
            label="Think time"
            path={[...path, 'think-time']}
            style="plain"
            placeholder="0"
            constraint="Before each request: 1s, or uniform(2s, 500ms)"
          />
        </Grid>
        {problemsAt(form, requestsPath) !== '' && (
          <Box color="text-status-error">{`Requests: ${problemsAt(form, requestsPath)}`}</Box>
        )}
        {steps === null ? <OnlyInYaml label="Requests" path={requestsPath} /> : <StepList flow={path} steps={steps} />}
        <MoreInYaml keywords={otherKeywords(form.document, path, known)} path={path} />
      </SpaceBetween>
    </Container>
  );
}
