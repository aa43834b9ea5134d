/** What it is called, what it is for, and what it is found by. */
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { setTags, TAGS, tagsOf } from '../document/details.ts';
import { nodeAt, setText, textIn } from '../document/nodes.ts';
import { OnlyInYaml, TextField } from './fields.tsx';
import { problemsAt, problemsBelow, useForm } from './form-context.ts';
import { useDraft } from './use-draft.ts';

const LIVE = ['loadstar', 'live'];

export function DetailsSection() {
  const form = useForm();
  const tags = tagsOf(form.document);
  const isLive = !/^(?:false|no|off)$/i.test(textIn(nodeAt(form.document, LIVE)));
  return (
    <Container header={<Header variant="h2">What it is</Header>}>
      <SpaceBetween size="m">
        <Grid gridDefinition={[{ colspan: { default: 12, xs: 6 } }, { colspan: { default: 12, xs: 6 } }]}>
          <TextField label="Name" path={['loadstar', 'name']} />
          {tags === null ? <OnlyInYaml label="Tags" path={TAGS} /> : <Tags tags={tags} />}
        </Grid>
        <TextField label="Description" path={['loadstar', 'description']} isLong />
        <FormField errorText={problemsAt(form, LIVE)}>
          <Toggle
            checked={isLive}
            disabled={form.isReadOnly}
            description="Each second reaches the console while it runs. Without it the same numbers come at the end."
            onChange={({ detail }) =>
              form.edit(LIVE, (document) => setText(document, LIVE, detail.checked ? null : 'false', 'plain'))
            }
          >
            Live data
          </Toggle>
        </FormField>
      </SpaceBetween>
    </Container>
  );
}

const tagsIn = (text: string): string[] =>
  text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

function Tags({ tags }: { tags: string[] }) {
  const form = useForm();
  const [text, setTyped] = useDraft({
    stored: tags.join(', '),
    write: (typed) => form.edit(TAGS, (document) => setTags(document, tagsIn(typed))),
    settle: (typed) => ({ draft: typed, stored: tagsIn(typed).join(', ') }),
  });
  return (
    <FormField label="Tags" constraintText="With commas between them." errorText={problemsBelow(form, TAGS).join(' ')}>
      <Input
        value={text}
        disabled={form.isReadOnly}
        spellcheck={false}
        onChange={({ detail }) => setTyped(detail.value)}
      />
    </FormField>
  );
}
