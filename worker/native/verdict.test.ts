// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import { describe, expect, it } from 'vitest';
import type { ContainsAssertion } from '../../core/scenario/scenario.ts';
import { failure } from './failure.ts';
import { compileAssertion } from './language/compile-assertion.ts';
import { type ExchangeChanges, exchangeOf } from './testing/made-up-exchange.ts';
import { scopeOf } from './testing/scope-of.ts';
import { judge } from './verdict.ts';

function verdict(exchange: ExchangeChanges, ...assertions: Partial<ContainsAssertion>[]): string | null {
  const compiled = assertions.map((changes) =>
    compileAssertion(
      {
        kind: 'contains',
        contains: ['tea'],
        subject: 'body',
        regexp: false,
        not: false,
        assumeSuccess: false,
        ...changes,
      },
      'assert',
    ),
  );
  const found = judge(exchangeOf(exchange), compiled, scopeOf());
  return found === null ? null : `${found.type}: ${found.message}`;
}

const body = (text: string): ExchangeChanges => ({ bodyText: { text } });

describe('without assertions', () => {
  it.each([
    [200, null],
    [204, null],
    [302, null],
    [399, null],
    [400, 'http: 400 Bad Request'],
    [500, 'http: 500 Internal Server Error'],
    [599, 'http: 599'],
    [101, 'http: 101'],
  ])('%i', (code, expected) => {
    expect(verdict({ code })).toBe(expected);
  });

  it('what broke comes first', () => {
    expect(verdict({ code: 0, failure: failure('timeout', 'late') }, { assumeSuccess: true })).toBe('timeout: late');
  });
});

describe('assertions', () => {
  it.each<[string, ExchangeChanges, Partial<ContainsAssertion>, string | null]>([
    ['a text that is there', body('green tea'), {}, null],
    ['a text that is not there', body('coffee'), {}, 'assertion: the body does not contain "tea"'],
    ['a text is no pattern', body('tXa'), { contains: ['t.a'] }, 'assertion: the body does not contain "t.a"'],
    ['a pattern that matches', body('tXa'), { contains: ['t.a'], regexp: true }, null],
    [
      'a pattern that does not',
      body('coffee'),
      { contains: ['^t.a$'], regexp: true },
      'assertion: the body does not match /^t.a$/',
    ],
    ['all must be there', body('tea'), { contains: ['tea', 'cup'] }, 'assertion: the body does not contain "cup"'],
    ['not: none is there', body('coffee'), { contains: ['tea', 'cup'], not: true }, null],
    ['not: one is there', body('a cup'), { contains: ['tea', 'cup'], not: true }, 'assertion: the body contains "cup"'],
    ['the head', { head: 'HTTP/1.1 200 OK\r\nX: tea\r\n\r\n' }, { subject: 'headers' }, null],
    [
      'the head, without it',
      { head: 'HTTP/1.1 200 OK\r\n\r\n' },
      { subject: 'headers' },
      'assertion: the head does not contain "tea"',
    ],
    ['the code', { code: 200 }, { subject: 'http-code', contains: ['20.'], regexp: true }, null],
    [
      'another code',
      { code: 204 },
      { subject: 'http-code', contains: ['200'] },
      'assertion: the response code does not contain "200"',
    ],
    ['a pattern that matches again and again', body('tea'), { contains: ['tea'], regexp: true }, null],
  ])('%s', (_, exchange, assertion, expected) => {
    expect(verdict(exchange, assertion)).toBe(expected);
    expect(verdict(exchange, assertion)).toBe(expected);
  });

  it('an error status fails even where assertions hold', () => {
    expect(verdict({ code: 500, ...body('tea') }, {})).toBe('http: 500 Internal Server Error');
  });

  it('assume-success: an error status is a success where they hold', () => {
    expect(verdict({ code: 500, ...body('tea') }, { assumeSuccess: true })).toBeNull();
    expect(verdict({ code: 500, ...body('coffee') }, { assumeSuccess: true })).toBe(
      'assertion: the body does not contain "tea"',
    );
  });

  it('what is not found in a part of the body may be in the rest', () => {
    const cut = 'assertion: the body is larger than what assertions look into (4 MiB)';
    expect(verdict({ bodyText: { text: 'coffee', isCut: true } }, {})).toBe(cut);
    expect(verdict({ bodyText: { text: 'coffee', isCut: true } }, { not: true })).toBe(cut);
    expect(verdict({ bodyText: { text: 'tea', isCut: true } }, {})).toBeNull();
    expect(verdict({ bodyText: { text: 'tea', isCut: true } }, { not: true })).toBe(
      'assertion: the body contains "tea"',
    );
  });

  it('a body that cannot be read fails, whatever was asked', () => {
    expect(verdict({ bodyText: { problem: 'no text' } }, { not: true })).toBe('assertion: no text');
  });
});
