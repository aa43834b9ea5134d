/** Keywords of what stands below `requests`: requests, blocks, extractors, assertions. As in `taurus-schema.ts`. */
import { anything, duration, flag, list, mapping, plainText, positiveDuration, text } from '../input/fields.ts';
import type { KeywordTable } from '../input/keywords.ts';
import { needsTaurus } from './needs-taurus.ts';
import { thinkTime } from './think-time.ts';

export const requestKeywords = {
  what: 'a request',
  fields: {
    url: text,
    label: plainText,
    method: text,
    headers: mapping,
    body: anything,
    'body-file': text,
    'upload-files': list,
    'content-encoding': text,
    'think-time': thinkTime,
    timeout: positiveDuration,
    'follow-redirects': flag,
    keepalive: flag,
    'random-source-ip': flag,
    protocol: text,
    assert: anything,
    'assert-jsonpath': anything,
    'assert-xpath': anything,
    'extract-regexp': mapping,
    'extract-jsonpath': mapping,
    'extract-css-jquery': mapping,
    'extract-xpath': mapping,
    'extract-boundary': mapping,
  },
  refused: {
    jsr223: needsTaurus('use extractors, set-variables and functions such as __jexl3 instead of scripts'),
  },
  ignored: [],
} satisfies KeywordTable;

export const uploadKeywords = {
  what: 'a file to upload',
  fields: { param: text, path: text, 'mime-type': text },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

/** Blocks by the keyword that makes a step one, in the order in which Taurus looks for them. */
export const blockKeywords = {
  // biome-ignore lint/suspicious/noThenProperty: Taurus' keyword; nothing awaits it.
  if: { what: 'an if block', fields: { if: text, then: list, else: list }, refused: {}, ignored: [] },
  once: { what: 'a once block', fields: { once: list }, refused: {}, ignored: [] },
  loop: { what: 'a loop block', fields: { loop: text, do: list }, refused: {}, ignored: [] },
  while: { what: 'a while block', fields: { while: text, do: list }, refused: {}, ignored: [] },
  foreach: { what: 'a foreach block', fields: { foreach: text, do: list }, refused: {}, ignored: [] },
  transaction: {
    what: 'a transaction block',
    fields: { transaction: plainText, do: list, 'force-parent-sample': flag, 'include-timers': flag },
    refused: {},
    ignored: [],
  },
  'include-scenario': {
    what: 'an include-scenario block',
    fields: { 'include-scenario': text },
    refused: {},
    ignored: [],
  },
  action: {
    what: 'an action block',
    fields: { action: text, target: text, 'pause-duration': duration },
    refused: { jsr223: needsTaurus('') },
    ignored: [],
  },
  'set-variables': {
    what: 'a set-variables block',
    fields: { 'set-variables': mapping },
    refused: {},
    ignored: [],
  },
} satisfies Record<string, KeywordTable>;

/** Blocks that are refused, with what to do instead. */
export const refusedBlocks: Readonly<Record<string, string>> = {
  setup: needsTaurus('a once block is walked in the first iteration of each user'),
  teardown: needsTaurus(''),
};

export const assertionKeywords = {
  what: 'an assertion',
  fields: { contains: anything, subject: text, regexp: flag, not: flag, 'assume-success': flag },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

export const jsonpathAssertionKeywords = {
  what: 'a JSONPath assertion',
  fields: {
    jsonpath: text,
    validate: flag,
    'expected-value': anything,
    regexp: flag,
    'expect-null': flag,
    invert: flag,
  },
  refused: {},
  ignored: [],
} satisfies KeywordTable;

export const xpathAssertionKeywords = {
  what: 'an XPath assertion',
  fields: { xpath: text, 'ignore-whitespace': flag, 'use-tolerant-parser': flag, invert: flag, 'validate-xml': flag },
  refused: {},
  ignored: ['validate'],
} satisfies KeywordTable;

const extractorFields = { default: anything, 'match-no': anything, scope: text, 'from-variable': text };

export const extractorKeywords = {
  'extract-regexp': {
    what: 'a regexp extractor',
    fields: { regexp: text, template: anything, subject: text, ...extractorFields },
    refused: {},
    ignored: [],
  },
  'extract-jsonpath': {
    what: 'a JSONPath extractor',
    fields: { jsonpath: text, concat: flag, ...extractorFields },
    refused: {},
    ignored: [],
  },
  'extract-css-jquery': {
    what: 'a CSS extractor',
    fields: { expression: text, attribute: text, ...extractorFields },
    refused: {},
    ignored: [],
  },
  'extract-xpath': {
    what: 'an XPath extractor',
    fields: {
      xpath: text,
      'ignore-whitespace': flag,
      'use-tolerant-parser': flag,
      'validate-xml': flag,
      'use-namespaces': flag,
      ...extractorFields,
    },
    refused: {},
    ignored: [],
  },
  'extract-boundary': {
    what: 'a boundary extractor',
    fields: { left: text, right: text, subject: text, ...extractorFields },
    refused: {},
    ignored: [],
  },
} satisfies Record<string, KeywordTable>;
