/** Functions that draw. */
import type { FunctionDefinition } from './function.ts';
import { wholeNumber } from './numbers.ts';

const LETTERS_AND_DIGITS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const STRING_LENGTH_MAX = 1_000_000;

export const randomFunctions: Record<string, FunctionDefinition> = {
  __UUID: {
    usage: '__UUID()',
    gives: 'a random UUID (version 4)',
    fewest: 0,
    most: 0,
    changes: true,
    run: () => globalThis.crypto.randomUUID(),
  },
  __Random: {
    usage: '__Random(minimum,maximum,variable)',
    gives: 'a whole number from minimum to maximum, both may come',
    fewest: 2,
    most: 3,
    result: 2,
    changes: true,
    problem([from = '', to = '']) {
      if (from !== null && wholeNumber(from) === null) return `${from} is no whole number`;
      if (to !== null && wholeNumber(to) === null) return `${to} is no whole number`;
      if (from !== null && to !== null && Number(from) > Number(to)) return `${from} is above ${to}`;
      return null;
    },
    run([from = '', to = ''], { context }) {
      const least = wholeNumber(from);
      const most = wholeNumber(to);
      if (least === null || most === null || least > most) return null;
      return String(least + Math.floor(context.random() * (most - least + 1)));
    },
  },
  __RandomString: {
    usage: '__RandomString(length,characters,variable)',
    gives: 'a text of that many of the characters, or of letters and digits',
    fewest: 1,
    most: 3,
    result: 2,
    changes: true,
    problem: ([length = '']) => (length !== null && lengthOf(length) === null ? `${length} is no length` : null),
    run([length = '', given = ''], { context }) {
      const count = lengthOf(length);
      if (count === null) return null;
      const characters = given.trim() === '' ? LETTERS_AND_DIGITS : given.trim();
      let text = '';
      for (let index = 0; index < count; index++) text += characters[Math.floor(context.random() * characters.length)];
      return text;
    },
  },
  __RandomFromMultipleVars: {
    usage: '__RandomFromMultipleVars(name|name|...,variable)',
    gives: 'the value of one of the variables; of those of an extractor with match-no -1 (name_1, name_2, ...) any',
    fewest: 1,
    most: 2,
    result: 1,
    changes: true,
    reads: ([names]) => names?.trim().split('|') ?? [],
    run([names = ''], scope) {
      const values: string[] = [];
      for (const name of names.trim().split('|')) {
        const count = Number(scope.get(`${name}_matchNr`) ?? Number.NaN);
        if (count > 0) {
          for (let index = 1; index <= count; index++) values.push(scope.get(`${name}_${index}`) ?? '');
        } else {
          const value = scope.get(name);
          if (value !== undefined && value !== '') values.push(value);
        }
      }
      return values[Math.floor(scope.context.random() * values.length)] ?? '';
    },
  },
  __chooseRandom: {
    usage: '__chooseRandom(text,text,...,variable)',
    gives: 'one of the texts; the last argument names the variable',
    fewest: 3,
    most: 100,
    changes: true,
    sets: (values) => (values.at(-1) ? [values.at(-1) ?? ''] : []),
    run(values, scope) {
      const chosen = values[Math.floor(scope.context.random() * (values.length - 1))] ?? '';
      const variable = values.at(-1)?.trim() ?? '';
      if (variable !== '') scope.set(variable, chosen);
      return chosen;
    },
  },
};

function lengthOf(text: string): number | null {
  const length = wholeNumber(text);
  return length === null || length < 0 || length > STRING_LENGTH_MAX ? null : length;
}
