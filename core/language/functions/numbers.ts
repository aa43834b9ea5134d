/** Functions that add. Sums wrap around as Java's int and long do. */
import type { FunctionDefinition } from './function.ts';

const WHOLE = /^[+-]?\d{1,19}$/;

/** Null for what is none, or too large to be counted in ones. */
export function wholeNumber(written: string): number | null {
  const text = written.trim();
  const value = WHOLE.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}

export const numberFunctions: Record<string, FunctionDefinition> = {
  __intSum: sumOf('__intSum', 32),
  __longSum: sumOf('__longSum', 64),
  __doubleSum: {
    usage: '__doubleSum(number,number,...,variable)',
    gives: 'the sum; a last argument that is no number names a variable that takes it',
    fewest: 2,
    most: 100,
    changes: true,
    sets: (values) => lastName(values, isNumber),
    run(values, scope) {
      const numbers = withoutName(values, isNumber);
      if (!numbers.every(isNumber)) return null;
      const sum = numbers.reduce((total, text) => total + Number(text), 0);
      const text = Number.isInteger(sum) ? sum.toFixed(1) : String(sum);
      return kept(values, numbers, text, scope.set.bind(scope));
    },
  },
};

function sumOf(name: string, bits: number): FunctionDefinition {
  const isWhole = (text: string): boolean => WHOLE.test(text) && (bits === 64 || Number(text) === (Number(text) | 0));
  return {
    usage: `${name}(number,number,...,variable)`,
    gives: `the sum (of ${bits} bits); a last argument that is no number names a variable that takes it`,
    fewest: 2,
    most: 100,
    changes: true,
    problem(values) {
      const wrong = values.slice(0, -1).find((text) => text !== null && !isWhole(text));
      return wrong === undefined ? null : `${wrong === '' ? 'nothing' : wrong} is no whole number`;
    },
    sets: (values) => lastName(values, isWhole),
    run(values, scope) {
      const numbers = withoutName(values, isWhole);
      if (!numbers.every(isWhole)) return null;
      const text = numbers.every((number) => number.length < 13)
        ? String(
            wrapped(
              numbers.reduce((total, number) => total + Number(number), 0),
              bits,
            ),
          )
        : String(
            BigInt.asIntN(
              bits,
              numbers.reduce((total, number) => total + BigInt(number), 0n),
            ),
          );
      return kept(values, numbers, text, scope.set.bind(scope));
    },
  };
}

function wrapped(sum: number, bits: number): number {
  return bits === 32 ? sum | 0 : sum;
}

function isNumber(text: string): boolean {
  return /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text);
}

type IsOne = (text: string) => boolean;

/** Spaces around the last one are no part of it, in JMeter, be it a number or a name. */
function withoutName(values: readonly string[], isOne: IsOne): readonly string[] {
  const last = (values.at(-1) ?? '').trim();
  const numbers = values.slice(0, -1);
  return isOne(last) ? [...numbers, last] : numbers;
}

function lastName(values: readonly (string | null)[], isOne: IsOne): string[] {
  const last = (values.at(-1) ?? '').trim();
  return last === '' || isOne(last) ? [] : [last];
}

function kept(
  values: readonly string[],
  numbers: readonly string[],
  text: string,
  set: (name: string, value: string) => void,
): string {
  const name = values.length === numbers.length ? '' : (values.at(-1) ?? '').trim();
  if (name !== '') set(name, text);
  return text;
}
