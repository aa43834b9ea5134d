/** Cuts an expression into words, numbers, texts and signs. */

export type Dialect = 'javascript' | 'jexl' | 'groovy';

/** What is wrong with an expression, or why it has no value. */
export class ExpressionProblem extends Error {}

export type Token =
  | { kind: 'text'; value: string }
  | { kind: 'number'; value: number | bigint }
  | { kind: 'pattern'; source: string; flags: string }
  | { kind: 'name'; name: string }
  | { kind: 'sign'; sign: string }
  | { kind: 'end' };

const LENGTH_MAX = 20_000;
const signs = [
  ...['===', '!==', '==~', '<=>'],
  ...['==', '!=', '<=', '>=', '&&', '||', '??', '?:', '=~', '!~', '=^', '!^', '=$', '!$'],
  ...['<', '>', '!', '+', '-', '*', '/', '%', '(', ')', '[', ']', '.', ',', '?', ':', ';'],
];
const signsOnlyOf: Record<string, readonly Dialect[]> = {
  '===': ['javascript', 'groovy'],
  '!==': ['javascript', 'groovy'],
  '==~': ['groovy'],
  '<=>': ['groovy'],
  '?:': ['jexl', 'groovy'],
  '??': ['javascript', 'jexl'],
  '=~': ['jexl', 'groovy'],
  '!~': ['jexl'],
  '=^': ['jexl'],
  '!^': ['jexl'],
  '=$': ['jexl'],
  '!$': ['jexl'],
};
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[\p{L}_$][\p{L}\p{N}_$]*/uy;

/** Throws `ExpressionProblem`. */
export function tokensOf(text: string, dialect: Dialect): Token[] {
  if (text.length > LENGTH_MAX) throw new ExpressionProblem(`an expression may have ${LENGTH_MAX} characters`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (/\s/.test(character)) {
      at++;
      continue;
    }
    const [token, end] = tokenAt(text, at, dialect, tokens.at(-1));
    tokens.push(token);
    at = end;
  }
  tokens.push({ kind: 'end' });
  return tokens;
}

function tokenAt(text: string, at: number, dialect: Dialect, before: Token | undefined): [Token, number] {
  const character = text[at]!;
  if (character === '"' || character === "'") return quoted(text, at, dialect);
  if (character === '/' && dialect !== 'jexl' && !endsOperand(before)) return pattern(text, at, dialect);
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text)?.[0];
  if (number !== undefined) return numberToken(text, at, number, dialect);
  NAME.lastIndex = at;
  const name = NAME.exec(text)?.[0];
  if (name !== undefined) return [{ kind: 'name', name }, at + name.length];
  const sign = signs.find((known) => text.startsWith(known, at) && isOf(known, dialect));
  if (sign === undefined) throw new ExpressionProblem(`${shown(text.slice(at))} is not supported`);
  return [{ kind: 'sign', sign }, at + sign.length];
}

function isOf(sign: string, dialect: Dialect): boolean {
  return signsOnlyOf[sign]?.includes(dialect) ?? true;
}

/** Whether a `/` after this token divides. */
function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'sign') return token.sign === ')' || token.sign === ']';
  return true;
}

function numberToken(text: string, at: number, written: string, dialect: Dialect): [Token, number] {
  let end = at + written.length;
  let isWhole = /^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(written);
  if (dialect !== 'javascript') {
    const suffix = text[end]?.toLowerCase();
    if (suffix === 'l' || (suffix === 'i' && dialect === 'groovy')) {
      end++;
    } else if (suffix === 'd' || suffix === 'f') {
      isWhole = false;
      end++;
    }
  }
  const plain = isWhole && /^0[0-7]+$/.test(written) ? `0o${written.slice(1)}` : written;
  const value = isWhole && dialect !== 'javascript' ? BigInt(plain) : Number(plain);
  return [{ kind: 'number', value }, end];
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function quoted(text: string, start: number, dialect: Dialect): [Token, number] {
  const quote = text[start];
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!;
    if (character === quote) return [{ kind: 'text', value }, at + 1];
    if (character === '\n') break;
    // Groovy would look for what it calls by that name, which is nothing: most often a variable that nobody has set.
    if (character === '$' && quote === '"' && dialect === 'groovy') {
      throw new ExpressionProblem(`$ in ${shown(text.slice(start))} is not supported: write \\$, or single quotes`);
    }
    if (character !== '\\') {
      value += character;
      continue;
    }
    const escaped = text[++at] ?? '';
    const code = /^u([0-9a-fA-F]{4})/.exec(text.slice(at, at + 5))?.[1];
    if (code !== undefined) {
      value += String.fromCharCode(Number.parseInt(code, 16));
      at += 4;
    } else {
      value += escapes[escaped] ?? escaped;
    }
  }
  throw new ExpressionProblem(`${quote} is open in ${shown(text.slice(start))}`);
}

function pattern(text: string, start: number, dialect: Dialect): [Token, number] {
  const match = /^\/((?:[^/\\\n]|\\.)*)\/([a-z]*)/.exec(text.slice(start));
  if (match === null) throw new ExpressionProblem(`/ is open in ${shown(text.slice(start))}`);
  const [written, source = '', flags = ''] = match;
  if (dialect === 'groovy') {
    return [{ kind: 'text', value: source.replaceAll('\\/', '/') }, start + written.length - flags.length];
  }
  return [{ kind: 'pattern', source, flags }, start + written.length];
}

export function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
