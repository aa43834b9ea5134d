// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are templates of scenarios.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesOf, type GoldenCase, readGoldens, scopeOf } from '../../../core/language/fixtures/goldens.ts';
import { jsonText } from '../../../core/language/json-value.ts';
import { parseJson } from '../../../core/language/parse-json.ts';
import type { Extractor } from '../../../core/scenario/scenario.ts';
import { compileExtractor } from './compile-extractor.ts';
import type { ResponseView } from './compiled.ts';
import { extractorOf, type GoldenResponse, type Properties, viewOf } from './fixtures/jmeter-elements.ts';
import { parseHtml } from './html-document.ts';

interface ExtractorCase extends GoldenCase {
  element: string;
  props: Properties;
  response: GoldenResponse;
}

const { cases, shared } = readGoldens<ExtractorCase>(new URL('extractor.goldens.json', import.meta.url));

describe("what JMeter's extractors leave behind", () => {
  it.each(cases.map((each, index) => [index, Object.values(each.props).join(' | '), each] as const))(
    '%i: %s',
    (_, __, each) => {
      const { variables = {}, response } = each;
      const extractor = extractorOf(each.element, each.props);
      if (each.refused) {
        expect(() => compileExtractor(extractor, 'here')).toThrow(/^here: /);
        return;
      }
      const scope = scopeOf(variables);
      const children = (response.children ?? []).map((child) => viewOf(child, shared.bodies));
      compileExtractor(extractor, 'here').extract(viewOf(response, shared.bodies), children, scope);
      expect(changesOf(variables, scope.variables)).toEqual(each.differs ?? each.result);
    },
  );
});

const base = { variable: 'v', defaultValue: 'NF', matchNo: 1, scope: 'main', fromVariable: null } as const;
const kinds: Record<string, Extractor> = {
  regexp: { ...base, kind: 'regexp', regexp: '^(a+)+$', template: '$1$', subject: 'body' },
  'regexp that looks back': { ...base, kind: 'regexp', regexp: '^(a+)+\\1$', template: '$1$', subject: 'body' },
  'regexp for all': { ...base, kind: 'regexp', regexp: '(a*)', template: '$1$', subject: 'body', matchNo: -1 },
  boundary: { ...base, kind: 'boundary', left: 'a', right: 'a', subject: 'body', matchNo: -1 },
  jsonpath: { ...base, kind: 'jsonpath', jsonpath: '$..[?(@.a)]', concat: true, matchNo: -1 },
  css: { ...base, kind: 'css', expression: 'div p:contains(a)', attribute: null },
  xpath: { ...base, kind: 'xpath', xpath: '//a[last()]', ignoreWhitespace: true, tolerant: false },
  'xpath of HTML': { ...base, kind: 'xpath', xpath: '//a[last()]', ignoreWhitespace: true, tolerant: true },
};

function extract(extractor: Extractor, body: string, variables: Record<string, string> = {}): Map<string, string> {
  const scope = scopeOf(variables);
  compileExtractor(extractor, 'here').extract(viewOf({ body }, {}), [], scope);
  return scope.variables;
}

const entities = Array.from(
  { length: 30 },
  (_, level) => `<!ENTITY e${level} "${level === 0 ? 'aaaaaaaaaa' : `&e${level - 1};`.repeat(10)}">`,
);
const hostile: Record<string, string> = {
  'deep lists': '['.repeat(50_000),
  'deep objects': '{"a":'.repeat(20_000),
  'a text that is not closed': `{"a":"${'\\"'.repeat(100_000)}`,
  'deep elements': '<div>'.repeat(50_000),
  'deep elements that are closed': '<a>'.repeat(20_000) + '</a>'.repeat(20_000),
  'deep formatting': Array.from({ length: 1_000 }, (_, index) => `<b a${index}><p>`).join(''),
  'entities that grow': `<!DOCTYPE a [${entities.join('')}]><a>&e29;</a>`,
  'one entity, many times': `<!DOCTYPE a [<!ENTITY e "${'x'.repeat(10_000)}">]><a>${'&e;'.repeat(10_000)}</a>`,
  'a file of the machine': '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
  'nearly a match': `${'a'.repeat(20_000)}!`,
  'many tags': '<p>a<a href=x>'.repeat(4_000),
  'null characters': '\0'.repeat(10_000),
  'half a character': '\ud800<a>\udc00</a>',
};

describe('hostile documents', () => {
  for (const [kind, extractor] of Object.entries(kinds)) {
    it.each(Object.entries(hostile))(`are bounded for ${kind}: %s`, (_, body) => {
      const variables = extract(extractor, body);
      for (const value of variables.values()) expect(value).not.toContain('root:');
      expect(variables.get('v_20000')).toBeUndefined();
    });
  }

  it('take the document type for nothing but entities of plain text', () => {
    const text = '<!DOCTYPE a [<!ENTITY e "x"><!ENTITY f SYSTEM "file:///etc/passwd">]><a>1&e;2&f;3</a>';
    expect(extract(kinds.xpath!, text).get('v')).toBe('1x23');
  });
});

describe('any text', () => {
  it.each(Object.entries(kinds))('does not break %s', (_, extractor) => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      'a',
      '/',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '&',
      ';',
      '<a>',
      '</a>',
      '<!--',
      ']]>',
      '1',
      '\\',
      ' ',
      '=',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        expect(extract(extractor, parts.join('')).size).toBeGreaterThan(0);
      }),
    );
  });

  it('of JSON is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        const read = parseJson(text);
        if (typeof value === 'string' || (typeof value === 'object' && value !== null)) {
          expect(JSON.parse(jsonText(read))).toEqual(JSON.parse(text));
        }
      }),
    );
  });
});

describe('a compiled extractor', () => {
  it.each<[string, Partial<Extractor>, boolean, boolean]>([
    ['body', {}, false, true],
    ['headers', { subject: 'headers' } as Partial<Extractor>, true, false],
    ['http-code', { subject: 'http-code' } as Partial<Extractor>, false, false],
    ['a variable', { scope: 'variable', fromVariable: 'x' }, false, false],
  ])('of %s asks for no more than it looks into', (_, changes, needsHead, needsBody) => {
    const compiled = compileExtractor({ ...kinds.regexp, ...changes } as Extractor, 'here');
    expect([compiled.needsHead, compiled.needsBody]).toEqual([needsHead, needsBody]);
    expect(compiled.sets).toEqual(['v']);
  });

  it('parses a body once for all that look into it, and not when nobody asks', () => {
    let reads = 0;
    const view: ResponseView = { ...viewOf({}, {}), bodyText: () => `{"a":${'[1],'.repeat(0)}${++reads > 0 ? 1 : 0}}` };
    const jsonpath = { ...kinds.jsonpath, jsonpath: '$.a' } as Extractor;
    const scope = scopeOf();
    for (const _ of [1, 2, 3]) compileExtractor(jsonpath, 'here').extract(view, [], scope);
    expect(reads).toBe(3);
    expect(scope.get('v_1')).toBe('1');
  });

  it('fills in variables of its patterns each time', () => {
    const compiled = compileExtractor(
      { ...base, kind: 'jsonpath', jsonpath: '$.${key}', concat: false, defaultValue: 'no ${key}' },
      'here',
    );
    const scope = scopeOf({ key: 'a' });
    compiled.extract(viewOf({ body: '{"a":1}' }, {}), [], scope);
    expect(scope.get('v')).toBe('1');
    scope.set('key', '[[');
    compiled.extract(viewOf({ body: '{"a":1}' }, {}), [], scope);
    expect(scope.get('v')).toBe('no [[');
  });

  it('reads HTML of some size', () => {
    const body = `<table>${'<tr><td>x</td></tr>'.repeat(2_000)}</table><p>end</p>`;
    expect(extract({ ...base, kind: 'css', expression: 'p', attribute: null }, body).get('v')).toBe('end');
    expect(parseHtml(body)).not.toBeNull();
  });
});
