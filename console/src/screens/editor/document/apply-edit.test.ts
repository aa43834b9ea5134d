import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaurusMapping, TaurusValue } from '../../../../../core/input/value.ts';
import { parseText as parseTaurus } from '../../../../../core/scenario/parse-text.ts';
import { applyEdit, type Edit } from './apply-edit.ts';
import { readEditable } from './editable-document.ts';
import { duplicateItem, moveItem, remove, setText } from './nodes.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..', '..');

const uneven = `# What visitors do
execution:
-   concurrency: 10        # users over all tasks
    "ramp-up":   1m
    hold-for: !!str 5m


scenarios:
  shop:   # the shop
    headers: {A:   "1",b: 'yes'}
    requests: [ /one ,  /two ]   # short
    empty:
  other:
    requests:
    # first
    - url: /   # home
      body: |
         two
           lines

    # second
    - {url: /x, label: "y"}
`;

/** What the control plane reads. */
const contentOf = (text: string): TaurusValue => parseTaurus('x.yml', text);

describe('an edit of a text', () => {
  it('changes the line that it is about, and no other', () => {
    const edited = applyEdit(uneven, 'yaml', (document) =>
      setText(document, ['execution', 0, 'ramp-up'], '2m', 'plain'),
    );
    expect(edited).toBe(uneven.replace('"ramp-up":   1m', '"ramp-up": 2m'));
  });

  it('adds a line where it belongs', () => {
    const edited = applyEdit(uneven, 'yaml', (document) => setText(document, ['loadstar', 'name'], 'yes'));
    expect(edited).toBe(`${uneven}loadstar:\n  name: 'yes'\n`);
  });

  it('takes lines away, with the comments that are about them', () => {
    const edited = applyEdit(uneven, 'yaml', (document) => remove(document, ['scenarios', 'other', 'requests', 0]));
    expect(edited).toContain('# the shop');
    expect(edited).toContain('# second');
    expect(edited).not.toContain('two\n');
    expect(edited).toContain('-   concurrency: 10        # users over all tasks\n');
  });

  it('moves items with their comments', () => {
    const edited = applyEdit(uneven, 'yaml', (document) =>
      moveItem(document, ['scenarios', 'other', 'requests'], 0, 1),
    );
    expect(edited.indexOf('# second')).toBeLessThan(edited.indexOf('# first'));
    expect(edited.indexOf('# first')).toBeLessThan(edited.indexOf('# home'));
    expect(edited).toContain('"ramp-up":   1m');
  });

  it.each<[string, Edit, string]>([
    ['a:\n- &x {b: 1}\n- *x\n', (document) => moveItem(document, ['a'], 0, 1), 'a:\n- &x {b: 1}\n- *x\n'],
    ['a:\n- &x {b: 1}\n- c\n- *x\n', (document) => moveItem(document, ['a'], 0, 2), 'a:\n- c\n- &x {b: 1}\n- *x\n'],
    ['a:\n- &x {b: 1}\n- *x\n- *x\n', (document) => remove(document, ['a', 0]), 'a:\n- &x {b: 1}\n- *x\n'],
    ['a:\n- &x {b: 1}\n- *x\n', (document) => duplicateItem(document, ['a'], 0), 'a:\n- &x {b: 1}\n- {b: 1}\n- *x\n'],
    [
      'a:\n- {b: &x {c: 1}}\n- *x\n',
      (document) => duplicateItem(document, ['a'], 0),
      'a:\n- {b: &x {c: 1}}\n- {b: {c: 1}}\n- *x\n',
    ],
    [
      'a:\n- b: &x\n  - 1\n  - 2\n- {b: *x} # again\n- d\n',
      (document) => moveItem(document, ['a'], 0, 2),
      'a:\n- b: &x\n  - 1\n  - 2\n  # again\n- d\n- b: *x\n',
    ],
    ['a: &x 1\nb: [*x, &y 2]\nc: *y\n', (document) => remove(document, ['b']), 'a: &x 1\nc: &y 2\n'],
    ['a: &x {b: &y 1}\nc: *x\nd: *y\n', (document) => remove(document, ['a']), 'c: &x {b: &y 1}\nd: *y\n'],
    // What the last alias means no text can say: its name is another's by then.
    ['a:\n- &x 1\n- *x\n- &x 2\n', (document) => moveItem(document, ['a'], 1, 2), 'a:\n- &x 1\n- *x\n- &x 2\n'],
    ['a: 1\nb: *x\n', (document) => remove(document, ['a']), 'a: 1\nb: *x\n'],
  ])('keeps what aliases stand for: %j', (text, edit, edited) => expect(applyEdit(text, 'yaml', edit)).toBe(edited));

  it('writes JSON as JSON', () => {
    const text = '{\n    "execution": [{"concurrency": 5, "hold-for": "1m"}],\n    "x": null\n}\n';
    const edited = applyEdit(text, 'json', (document) => setText(document, ['loadstar', 'name'], 'A "shop"'));
    expect(JSON.parse(edited)).toEqual({
      execution: [{ concurrency: 5, 'hold-for': '1m' }],
      x: null,
      loadstar: { name: 'A "shop"' },
    });
    expect(edited).toContain('"execution": [{"concurrency": 5, "hold-for": "1m"}],');
  });

  it('begins in an empty document', () => {
    for (const text of ['', '# nothing yet\n', '{}']) {
      const edited = applyEdit(text, 'yaml', (document) => setText(document, ['execution', 'hold-for'], '1m', 'plain'));
      expect(contentOf(edited)).toEqual([{ execution: { 'hold-for': '1m' } }]);
      expect(edited.includes('# nothing yet')).toBe(text.includes('# nothing yet'));
    }
  });

  it.each(['yes', '1:30', '010', '~', 'a: b', ' padded ', '# no comment', 'two\nlines\n', '{', "it's", 'ünï', '-', ''])(
    'writes the text %j so that it is read as that text',
    (text) => {
      const edited = applyEdit(uneven, 'yaml', (document) =>
        setText(document, ['scenarios', 'shop', 'headers', 'b'], text),
      );
      const read = contentOf(edited) as { scenarios: { shop: { headers: TaurusMapping } } }[];
      expect(read[0]?.scenarios.shop.headers.b).toBe(text === '' ? undefined : text);
    },
  );
});

/** Documents that people and programs wrote, in all the ways that there are. */
const documents = [
  uneven,
  ...globSync(['examples/*.yml', 'goldens/corpus/**/*.yml'], { cwd: root })
    // In the corpus the scenario stands behind what is said of it.
    .map((path) => readFileSync(join(root, path), 'utf8').split('\n---\n').at(-1) ?? '')
    .filter((text) => 'document' in readEditable(text)),
];

/** The same edit of a document and of what it means. */
const edits: Record<string, { edit: Edit; mean(content: Record<string, TaurusValue>): void }> = {
  'a name': {
    edit: (document) => setText(document, ['loadstar', 'name'], 'Another: name'),
    mean: (content) => {
      content.loadstar = { ...((content.loadstar ?? {}) as TaurusMapping), name: 'Another: name' };
    },
  },
  'a description of two lines': {
    edit: (document) => setText(document, ['loadstar', 'description'], 'one\n  two'),
    mean: (content) => {
      content.loadstar = { ...((content.loadstar ?? {}) as TaurusMapping), description: 'one\n  two' };
    },
  },
  'no criteria': {
    edit: (document) => remove(document, ['reporting']),
    mean: (content) => {
      delete content.reporting;
    },
  },
  'the last request twice': {
    edit: (document) => {
      for (const [name, count] of requestsOf(document))
        duplicateItem(document, ['scenarios', name, 'requests'], count - 1);
    },
    mean: (content) => {
      for (const requests of requestLists(content)) requests.push(structuredClone(requests.at(-1) ?? null));
    },
  },
  'the first request last': {
    edit: (document) => {
      for (const [name, count] of requestsOf(document))
        moveItem(document, ['scenarios', name, 'requests'], 0, count - 1);
    },
    mean: (content) => {
      for (const requests of requestLists(content)) requests.push(requests.shift() ?? null);
    },
  },
};

function requestsOf(document: Parameters<Edit>[0]): [string, number][] {
  const scenarios = (document.toJS() as { scenarios?: Record<string, { requests?: unknown }> }).scenarios ?? {};
  return Object.entries(scenarios).flatMap(([name, flow]) =>
    Array.isArray(flow?.requests) && flow.requests.length > 0 ? [[name, flow.requests.length]] : [],
  );
}

function requestLists(content: Record<string, TaurusValue>): TaurusValue[][] {
  const scenarios = (content.scenarios ?? {}) as Record<string, { requests?: TaurusValue } | null>;
  return Object.values(scenarios).flatMap((flow) =>
    Array.isArray(flow?.requests) && flow.requests.length > 0 ? [flow.requests] : [],
  );
}

describe('documents of all kinds', () => {
  it('are many', () => expect(documents.length).toBeGreaterThan(30));

  it('stay as they are when nothing is edited', () => {
    for (const text of documents) expect(applyEdit(text, 'yaml', () => {})).toBe(text);
  });

  it('mean after edits what they meant, but for the edits', () => {
    const mean = (text: string, names: readonly string[]) => {
      let edited = text;
      const [content = {}] = parseTaurus('x.yml', text) as Record<string, TaurusValue>[];
      for (const name of names) {
        edited = applyEdit(edited, 'yaml', edits[name]!.edit);
        edits[name]!.mean(content);
      }
      expect(contentOf(edited), text).toEqual([content]);
    };
    for (const text of documents) for (const name of Object.keys(edits)) mean(text, [name]);
    const order = fc.shuffledSubarray(Object.keys(edits), { minLength: 2 });
    fc.assert(fc.property(fc.constantFrom(...documents), order, mean), { numRuns: 100 });
  });

  it('keep their comments', () => {
    for (const text of documents) {
      const edited = applyEdit(text, 'yaml', edits['a name']!.edit);
      for (const comment of text.match(/(?<=^|\s)# .*$/gm) ?? []) expect(edited).toContain(comment.trim());
    }
  });

  it('keep all lines but a few when one thing is edited', () => {
    for (const text of documents) {
      const edited = new Set(applyEdit(text, 'yaml', edits['a name']!.edit).split('\n'));
      const gone = text.split('\n').filter((line) => !edited.has(line));
      // A short mapping on a line of its own is that line.
      expect(gone.length, text).toBeLessThanOrEqual(2);
    }
  });
});

describe('what cannot be edited as a form', () => {
  it.each([
    ['a: [', 1],
    ['a: 1\nb: "x\n', 3],
    ['a: 1\na: 2\n', 2],
    ['a: 1\n---\nb: 1\n', 2],
    ['- a\n', 1],
    ['text', 1],
    ['x: &x {a: 1}\ny:\n  <<: *x\n', 3],
    ['a: 1\nb: *x\nc: &x 2\n', 2],
    ['a: 1\n~execution: []\n', 2],
  ])('%j has an obstacle in line %i', (text, line) => {
    const read = readEditable(text);
    expect('obstacle' in read ? read.obstacle : null).toMatchObject({ line });
    expect('obstacle' in read && read.obstacle.message).toMatch(/^[A-Z].*\.$/);
  });

  it('is long', () => expect(readEditable(`a: ${'x'.repeat(400_000)}`)).toHaveProperty('obstacle'));
});
