import { describe, expect, it } from 'vitest';
import { applyEdit } from './apply-edit.ts';
import { regionsOf, setRegion, setTags, tagsOf } from './details.ts';
import { parseText } from './editable-document.ts';

const region = (text: string, name: string, tasks: string, share = '') =>
  applyEdit(text, 'yaml', (document) => setRegion(document, { name, tasks, share }));

describe('regions', () => {
  it('are one task here where nothing is said, and stay so beside another', () => {
    expect(regionsOf(parseText('execution: {}'))).toEqual({
      rows: [{ name: 'local', tasks: '1', share: '' }],
      isDefault: true,
    });
    expect(region('a: 1\n', 'eu', '2')).toBe('a: 1\nloadstar:\n  regions:\n    local: 1\n    eu: 2\n');
    expect(region('a: 1\n', 'local', '3')).toContain('    local: 3\n');
  });

  it.each([
    ['loadstar:\n  regions:\n    eu: 1 # one\n', 'eu', '2', '', 'loadstar:\n  regions:\n    eu: 2 # one\n'],
    [
      'loadstar: {regions: {eu: {tasks: 1, share: 5}}}\n',
      'eu',
      '2',
      '5',
      'loadstar: {regions: {eu: {tasks: 2, share: 5}}}\n',
    ],
    ['loadstar: {regions: {eu: {tasks: 1, share: 5}}}\n', 'eu', '1', '', 'loadstar: {regions: {eu: {tasks: 1}}}\n'],
    ['loadstar: {regions: {eu: 1}}\n', 'eu', '1', '7', 'loadstar: {regions: {eu: {tasks: 1, share: 7}}}\n'],
    ['loadstar: {regions: {eu: 1, us: 2}}\n', 'eu', '', '', 'loadstar: {regions: {us: 2}}\n'],
    ['loadstar: {name: x, regions: {eu: 1}}\n', 'eu', '0', '', 'loadstar: {name: x}\n'],
  ])('%j with %s at %j and %j', (text, name, tasks, share, expected) => {
    expect(region(text, name, tasks, share)).toBe(expected);
  });

  it('are read in all the ways that a mapping has', () => {
    expect(regionsOf(parseText('loadstar: {regions: {a: 2, b: {tasks: 3, share: 4}, c: , d: {}}}'))?.rows).toEqual([
      { name: 'a', tasks: '2', share: '' },
      { name: 'b', tasks: '3', share: '4' },
      { name: 'c', tasks: '1', share: '' },
      { name: 'd', tasks: '1', share: '' },
    ]);
  });

  it.each(['[a, b]', 'text', '{a: [1]}', '&x {a: !x 1}'])('written as %s are only shown in YAML', (text) => {
    expect(regionsOf(parseText(`loadstar: {regions: ${text}}`))).toBe(null);
  });
});

describe('tags', () => {
  it('that stay are left as they are written', () => {
    const text = "loadstar:\n  tags:\n  - 'nightly' # each night\n  - shop\n";
    expect(applyEdit(text, 'yaml', (document) => setTags(document, ['nightly', 'new']))).toBe(
      "loadstar:\n  tags:\n  - 'nightly' # each night\n  - new\n",
    );
  });

  it('come and go', () => {
    const edited = applyEdit('a: 1\n', 'yaml', (document) => setTags(document, ['x', 'yes']));
    expect(edited).toBe("a: 1\nloadstar:\n  tags: [x, 'yes']\n");
    expect(tagsOf(parseText(edited))).toEqual(['x', 'yes']);
    expect(applyEdit(edited, 'yaml', (document) => setTags(document, []))).toBe('a: 1\n');
  });

  it.each(['text', '{a: b}', '[[a]]'])('written as %s are only shown in YAML', (text) => {
    expect(tagsOf(parseText(`loadstar: {tags: ${text}}`))).toBe(null);
  });
});
