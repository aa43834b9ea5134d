/** Functions that make a text of texts, and nothing else. */
import type { FunctionDefinition } from './function.ts';
import { wholeNumber } from './numbers.ts';
import { patternProblem, replaceAll } from './replace-all.ts';

/** A function of one text, whose second argument names a variable for the result. */
function ofOne(name: string, gives: string, run: (text: string) => string | null): FunctionDefinition {
  return { usage: `${name}(text,variable)`, gives, fewest: 1, most: 2, result: 1, run: ([text = '']) => run(text) };
}

const cases: Record<string, (text: string) => string> = {
  '': (text) => text.toUpperCase(),
  UPPER: (text) => text.toUpperCase(),
  LOWER: (text) => text.toLowerCase(),
  CAPITALIZE: capitalized,
};

export const textFunctions: Record<string, FunctionDefinition> = {
  __changeCase: {
    usage: '__changeCase(text,UPPER or LOWER or CAPITALIZE,variable)',
    gives: 'the text in that case',
    fewest: 1,
    most: 3,
    result: 2,
    problem: ([, mode = '']) => (mode === null || cases[mode.toUpperCase()] ? null : `there is no case ${mode}`),
    run: ([text = '', mode = '']) => cases[mode.toUpperCase()]?.(text) ?? text,
  },
  __uppercase: ofOne('__uppercase', 'the text in upper case', (text) => text.toUpperCase()),
  __lowercase: ofOne('__lowercase', 'the text in lower case', (text) => text.toLowerCase()),
  __trim: ofOne('__trim', 'the text without white space around it', (text) => text.trim()),
  __strLen: ofOne('__strLen', 'how many characters it has', (text) => String(text.length)),
  __substring: {
    usage: '__substring(text,begin,end,variable)',
    gives: 'the characters from begin (the first is 0) to before end',
    fewest: 3,
    most: 4,
    result: 3,
    problem([, begin = '', end = '']) {
      const wrong = [begin, end].find((text) => text !== null && wholeNumber(text) === null);
      return wrong === undefined ? null : `${wrong} is no whole number`;
    },
    run([text = '', begin = '', end = '']) {
      const from = wholeNumber(begin);
      const to = wholeNumber(end);
      if (from === null || to === null || from < 0 || from > to || to > text.length) return null;
      return text.slice(from, to);
    },
  },
  __strReplace: {
    usage: '__strReplace(text,old,new,variable)',
    gives:
      'the text with every match of the regular expression old replaced by new, where $1 is what its first group matched',
    fewest: 3,
    most: 4,
    result: 3,
    problem([, old = null]) {
      const problem = old === null ? null : patternProblem(old);
      return problem === null ? null : `${old} ${problem}`;
    },
    run: ([text = '', old = '', fresh = '']) => replaceAll(text, old, fresh),
  },
  __if: {
    usage: '__if(actual,expected,then,else,variable)',
    gives: 'then when both texts are the same, else the other',
    fewest: 4,
    most: 5,
    result: 4,
    run: ([actual = '', expected = '', then = '', otherwise = '']) => (actual === expected ? then : otherwise),
  },
  __split: {
    usage: '__split(text,variable,delimiters)',
    gives: 'the text; its pieces become variable_1, variable_2, ..., their count variable_n, an empty one is ?',
    fewest: 2,
    most: 3,
    changes: true,
    sets: ([, name]) => (name ? [name, `${name}_n`, `${name}_1`] : []),
    run([text = '', name = '', delimiters = ','], scope) {
      const variable = name.trim();
      scope.set(variable, text);
      const pieces = split(text, delimiters === '' ? ',' : delimiters);
      scope.set(`${variable}_n`, String(pieces.length));
      for (const [index, piece] of pieces.entries()) scope.set(`${variable}_${index + 1}`, piece === '' ? '?' : piece);
      scope.remove(`${variable}_${pieces.length + 1}`);
      return text;
    },
  },
  __char: {
    usage: '__char(code,code,...)',
    gives: 'the characters of those codes (65, 0x41 or 0101)',
    fewest: 1,
    most: 100,
    problem(values) {
      const wrong = values.find((value) => value !== null && codeOf(value) === null);
      return wrong === undefined ? null : `${wrong} is no code of a character`;
    },
    run: (values) => values.map((value) => String.fromCharCode(codeOf(value) ?? 0)).join(''),
  },
  __escapeOroRegexpChars: ofOne(
    '__escapeOroRegexpChars',
    'the text with a backslash before all that is special in a regular expression',
    (text) => text.replace(/[^A-Za-z0-9_\s]/g, '\\$&'),
  ),
};

/** A letter that has no single upper case stays. */
function capitalized(text: string): string {
  const upper = text.slice(0, 1).toUpperCase();
  return upper.length === 1 ? upper + text.slice(1) : text;
}

function split(text: string, delimiters: string): string[] {
  if (text === '') return [];
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (delimiters.includes(character)) {
      pieces.push(piece);
      piece = '';
    } else {
      piece += character;
    }
  }
  pieces.push(piece);
  // JMeter skips a delimiter at the beginning.
  return delimiters.includes(text.charAt(0)) ? pieces.slice(1) : pieces;
}

function codeOf(written: string): number | null {
  const text = written.trim();
  if (/^0[xX][0-9a-fA-F]{1,8}$/.test(text)) return Number(text);
  if (/^0[0-7]{1,8}$/.test(text)) return Number.parseInt(text, 8);
  return /^\d{1,8}$/.test(text) ? Number(text) : null;
}
