import { describe, expect, it } from 'vitest';
import { readDocument } from './read-document.ts';
import { renameDocument } from './rename-document.ts';

const rest =
  'execution:\n- scenario: a # as always\n  iterations: 3\nscenarios:\n  a:\n    requests: [http://a.example/]\n';

describe('another name for a document', () => {
  it.each([
    ['none so far', rest],
    ['one so far', `${rest}loadstar:\n  name: old # the name\n  tags: [x]\n`],
    ['an empty loadstar', `${rest}loadstar:\n`],
    ['no newline at the end', rest.trimEnd()],
    ['several documents', `${rest}---\nloadstar: {name: old}\n---\nloadstar: {tags: [x]}\n`],
    ['a loadstar in quotes, and a document that is empty', `${rest}"loadstar": {'name': old}\n---\n`],
  ])('changes nothing else, with %s', (_what, text) => {
    const before = readDocument({ text, format: 'yaml' }).scenario;
    for (const name of ['new', 'a: "b" #c', 'Größe 🚀', '~', '5', 'yes']) {
      const renamed = renameDocument({ text, format: 'yaml' }, name);
      expect(readDocument({ text: renamed, format: 'yaml' }).scenario).toEqual({ ...before, name });
      expect(renamed).toContain('# as always');
    }
  });

  it('is given to JSON too', () => {
    const config = {
      execution: { scenario: 'a', iterations: 3 },
      scenarios: { a: { requests: ['http://a.example/'] } },
    };
    const renamed = renameDocument({ text: JSON.stringify(config), format: 'json' }, 'new "name"');
    expect(JSON.parse(renamed)).toEqual({ ...config, loadstar: { name: 'new "name"' } });
  });
});
