/** All that the form shows of one request. */
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { Path } from '../../../../../core/input/problems.ts';
import { methods } from '../../../../../core/scenario/methods.ts';
import { readAssertions } from '../document/assertions.ts';
import { readBody } from '../document/body.ts';
import { extractorKinds, readExtractors } from '../document/extractors.ts';
import { readRows } from '../document/mapping-rows.ts';
import { nodeAt, textIn } from '../document/nodes.ts';
import { otherKeywords, setRequestText, urlPath } from '../document/requests.ts';
import { AssertionsEditor } from './assertions-editor.tsx';
import { BodyEditor } from './body-editor.tsx';
import { ExtractorsEditor } from './extractors-editor.tsx';
import { ChoiceField, MoreInYaml, TextField } from './fields.tsx';
import { problemsAt, problemsBelow, useForm } from './form-context.ts';
import { MappingEditor } from './mapping-editor.tsx';

const timing = ['think-time', 'timeout'];
const extracting = Object.keys(extractorKinds);
const asserting = ['assert', 'assert-jsonpath', 'assert-xpath'];
const known = ['url', 'label', 'method', 'headers', 'body', 'body-file', ...timing, ...extracting, ...asserting];

export function RequestFields({ isNew, path }: { path: Path; isNew: boolean }) {
  const form = useForm();
  const { document } = form;
  const write = (key: string) => (text: string) =>
    form.edit([...path, key], (edited) =>
      setRequestText(edited, path, key, text, timing.includes(key) ? 'plain' : 'text'),
    );
  const at = urlPath(document, path);
  const method = textIn(nodeAt(document, [...path, 'method'])).toUpperCase() || 'GET';
  return (
    <SpaceBetween size="m">
      <Grid
        gridDefinition={[
          { colspan: { default: 12, xs: 4, s: 2 } },
          { colspan: { default: 12, xs: 8, s: 6 } },
          { colspan: { default: 12, s: 4 } },
        ]}
      >
        <ChoiceField
          label="Method"
          value={method}
          choices={methods.map((name) => ({ value: name, label: name }))}
          error={problemsAt(form, [...path, 'method'])}
          onChoose={(chosen) => write('method')(chosen === 'GET' ? '' : chosen)}
        />
        <FormField stretch label="URL" errorText={problemsAt(form, at)}>
          <Input
            value={textIn(nodeAt(document, at))}
            disabled={form.isReadOnly}
            spellcheck={false}
            autoComplete={false}
            autoFocus={isNew}
            onChange={({ detail }) => write('url')(detail.value)}
          />
        </FormField>
        <TextField
          label="Label"
          path={[...path, 'label']}
          placeholder={textIn(nodeAt(document, at))}
          onWrite={write('label')}
        />
      </Grid>
      <RequestParts path={path} write={write} />
      <MoreInYaml keywords={otherKeywords(document, path, known)} path={path} />
    </SpaceBetween>
  );
}

/** What there is to say of a request beside its url. */
function RequestParts({ path, write }: { path: Path; write(key: string): (text: string) => void }) {
  const form = useForm();
  const { document } = form;
  // A count, and whether something there is wrong, so that nothing wrong hides behind another tab.
  const title = (name: string, count: number, keywords: readonly string[]) => {
    const wrong = keywords.flatMap((keyword) => problemsBelow(form, [...path, keyword])).length;
    return `${name}${count === 0 ? '' : ` (${count})`}${wrong === 0 ? '' : ' – wrong'}`;
  };
  return (
    <Tabs
      tabs={[
        {
          id: 'body',
          label: title('Body', readBody(document, path).kind === 'none' ? 0 : 1, ['body', 'body-file']),
          content: <BodyEditor path={path} />,
        },
        {
          id: 'headers',
          label: title('Headers', readRows(document, [...path, 'headers']).length, ['headers']),
          content: (
            <MappingEditor path={[...path, 'headers']} request={path} what="header" empty="No headers of its own." />
          ),
        },
        {
          id: 'extract',
          label: title('Extract', readExtractors(document, path).length, extracting),
          content: <ExtractorsEditor path={path} />,
        },
        {
          id: 'check',
          label: title('Check', readAssertions(document, path).length, asserting),
          content: <AssertionsEditor path={path} />,
        },
        {
          id: 'timing',
          label: title('Timing', 0, timing),
          content: (
            <Grid gridDefinition={[{ colspan: { default: 12, xs: 6 } }, { colspan: { default: 12, xs: 6 } }]}>
              <TextField
                label="Think time"
                path={[...path, 'think-time']}
                constraint="Before the request: 500ms, or uniform(2s, 500ms)."
                onWrite={write('think-time')}
              />
              <TextField label="Timeout" path={[...path, 'timeout']} placeholder="30s" onWrite={write('timeout')} />
            </Grid>
          ),
        },
      ]}
    />
  );
}
