/** Headers of a step, compiled: which of them change, and what they are now. */
import type { TemplateScope } from '../../../core/language/template.ts';
import { type Failure, failure } from '../failure.ts';
import { type FlowTexts, invalid, type Text } from './texts.ts';

export interface CompiledHeaders {
  /** Some values change. */
  changes: boolean;
  /** Some names change too. */
  namesChange: boolean;
  /** Names, and the values that never change (null: it changes). Or why they cannot be sent. */
  names(scope: TemplateScope): (readonly [name: string, value: string | null])[] | Failure;
  /** The changing values, in order, or why they cannot be sent. */
  values(scope: TemplateScope): readonly string[] | Failure;
}

/** Control characters and what a byte cannot hold: they would break out of the request's line. */
const unsendable = /[^\t\x20-\x7e\x80-\xff]/;
const nameToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Throws `scenario_invalid` with the path. */
export function compileHeaders(
  headers: readonly (readonly [string, string])[],
  path: string,
  texts: FlowTexts,
): CompiledHeaders {
  const compiled = headers.map(([name, value]) => {
    const headerPath = `${path}.headers.${name}`;
    const text = texts.compile(value, headerPath);
    if (text.constant !== null && unsendable.test(text.constant)) {
      throw invalid(headerPath, 'holds a character that a header cannot carry');
    }
    return { name: texts.compile(name, headerPath), value: text };
  });
  const changing = compiled.filter(({ value }) => value.constant === null);
  const unfit = changing.map(({ name }) => unfitValue(name));
  return {
    changes: changing.length > 0 || compiled.some(({ name }) => name.constant === null),
    namesChange: compiled.some(({ name }) => name.constant === null),
    names(scope) {
      const names = compiled.map(({ name, value }) => [name.fill(scope), value.constant] as const);
      return names.every(([name]) => nameToken.test(name))
        ? names
        : failure('request', 'a header has an empty name, or one that holds what no name may hold');
    },
    values(scope) {
      const values: string[] = [];
      for (let index = 0; index < changing.length; index++) {
        const value = changing[index]!.value.fill(scope);
        if (unsendable.test(value)) return unfit[index]!;
        values.push(value);
      }
      return values;
    },
  };
}

function unfitValue({ constant }: Text): Failure {
  const name = constant === null ? 'a header' : `the header ${constant}`;
  return failure('request', `${name} holds a character that a header cannot carry`);
}
