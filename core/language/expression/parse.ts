/** Makes a tree of an expression: what is evaluated is this tree, never code. */
import { type Dialect, ExpressionProblem, shown, type Token, tokensOf } from './tokens.ts';

export type Expression =
  | { kind: 'value'; value: string | number | bigint | boolean | null | undefined }
  | { kind: 'pattern'; source: string; flags: string }
  | { kind: 'name'; name: string }
  | { kind: 'not' | 'negative' | 'positive'; operand: Expression }
  | { kind: 'binary'; sign: string; left: Expression; right: Expression }
  | { kind: 'conditional'; condition: Expression; then: Expression; otherwise: Expression }
  | { kind: 'member'; target: Expression; name: string }
  | { kind: 'index'; target: Expression; index: Expression }
  | { kind: 'call'; target: Expression | null; name: string; arguments: readonly Expression[] }
  | { kind: 'cast'; operand: Expression; type: string };

const DEPTH_MAX = 100;

/** Which binds tighter. */
const precedence: Record<string, number> = {
  '||': 2,
  '??': 2,
  '&&': 3,
  '==': 4,
  '!=': 4,
  '===': 4,
  '!==': 4,
  '=~': 4,
  '!~': 4,
  '==~': 4,
  '<=>': 4,
  '=^': 4,
  '!^': 4,
  '=$': 4,
  '!$': 4,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '+': 6,
  '-': 6,
  '*': 7,
  '/': 7,
  '%': 7,
};
/** Words that JEXL takes for signs. */
const jexlWords: Record<string, string> = {
  and: '&&',
  or: '||',
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  div: '/',
  mod: '%',
};
const refusedWords = new Set(
  'new function var let const def return if else for while do switch throw try import class delete typeof void instanceof in'.split(
    ' ',
  ),
);

/** Throws `ExpressionProblem`. */
export function parseExpression(text: string, dialect: Dialect): Expression {
  const parser = new Parser(tokensOf(text, dialect), dialect);
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #dialect: Dialect;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], dialect: Dialect) {
    this.#tokens = tokens;
    this.#dialect = dialect;
  }

  whole(): Expression {
    const expression = this.#expression();
    this.#takes(';');
    if (this.#next().kind !== 'end') throw new ExpressionProblem(`${this.#shownNext()} is not expected`);
    return expression;
  }

  #expression(): Expression {
    if (++this.#depth > DEPTH_MAX) throw new ExpressionProblem(`an expression may be ${DEPTH_MAX} deep`);
    const condition = this.#binary(2);
    let expression = condition;
    if (this.#takes('?')) {
      const then = this.#expression();
      this.#expect(':');
      expression = { kind: 'conditional', condition, then, otherwise: this.#expression() };
    } else if (this.#takes('?:')) {
      expression = { kind: 'binary', sign: '?:', left: condition, right: this.#expression() };
    }
    this.#depth--;
    return expression;
  }

  #binary(lowest: number): Expression {
    let left = this.#unary();
    for (;;) {
      const sign = this.#binarySign();
      const tightness = sign === null ? 0 : (precedence[sign] ?? 0);
      if (sign === null || tightness < lowest) return left;
      this.#at++;
      left = { kind: 'binary', sign, left, right: this.#binary(tightness + 1) };
    }
  }

  #binarySign(): string | null {
    const token = this.#next();
    if (token.kind === 'sign') return token.sign;
    if (token.kind === 'name' && this.#dialect === 'jexl') return jexlWords[token.name] ?? null;
    return null;
  }

  #unary(): Expression {
    if (++this.#depth > DEPTH_MAX) throw new ExpressionProblem(`an expression may be ${DEPTH_MAX} deep`);
    const expression = this.#signed();
    this.#depth--;
    return expression;
  }

  #signed(): Expression {
    const token = this.#next();
    if (this.#takes('!') || (this.#dialect === 'jexl' && this.#takesName('not'))) {
      return { kind: 'not', operand: this.#unary() };
    }
    if (this.#takes('-')) return { kind: 'negative', operand: this.#unary() };
    if (this.#takes('+')) return { kind: 'positive', operand: this.#unary() };
    if (token.kind === 'name' && refusedWords.has(token.name)) {
      throw new ExpressionProblem(`${token.name} is not supported, only simple expressions are`);
    }
    if (this.#dialect === 'jexl' && this.#takesName('empty')) {
      return { kind: 'call', target: null, name: 'empty', arguments: [this.#unary()] };
    }
    return this.#cast(this.#postfix(this.#primary()));
  }

  #cast(operand: Expression): Expression {
    if (this.#dialect !== 'groovy' || !this.#takesName('as')) return operand;
    const token = this.#next();
    if (token.kind !== 'name') throw new ExpressionProblem('the name of a type is missing after as');
    this.#at++;
    return { kind: 'cast', operand, type: token.name };
  }

  #postfix(first: Expression): Expression {
    let target = first;
    for (;;) {
      if (this.#takes('.')) {
        const token = this.#next();
        if (token.kind !== 'name') throw new ExpressionProblem(`a name is missing before ${this.#shownNext()}`);
        this.#at++;
        if (this.#takes('(')) {
          target = { kind: 'call', target, name: token.name, arguments: this.#arguments() };
        } else {
          target = { kind: 'member', target, name: token.name };
        }
      } else if (this.#takes('[')) {
        const index = this.#expression();
        this.#expect(']');
        target = { kind: 'index', target, index };
      } else {
        return target;
      }
    }
  }

  #arguments(): Expression[] {
    const given: Expression[] = [];
    if (this.#takes(')')) return given;
    do given.push(this.#expression());
    while (this.#takes(','));
    this.#expect(')');
    return given;
  }

  #primary(): Expression {
    const token = this.#next();
    this.#at++;
    switch (token.kind) {
      case 'text':
      case 'number':
        return { kind: 'value', value: token.value };
      case 'pattern':
        return { kind: 'pattern', source: token.source, flags: token.flags };
      case 'name':
        return this.#named(token.name);
      case 'sign':
        if (token.sign !== '(') break;
        return this.#inBrackets();
    }
    this.#at--;
    throw new ExpressionProblem(`${this.#shownNext()} is not expected`);
  }

  #inBrackets(): Expression {
    const expression = this.#expression();
    this.#expect(')');
    return expression;
  }

  #named(name: string): Expression {
    if (name === 'true') return { kind: 'value', value: true };
    if (name === 'false') return { kind: 'value', value: false };
    if (name === 'null') return { kind: 'value', value: null };
    if (name === 'undefined' && this.#dialect === 'javascript') return { kind: 'value', value: undefined };
    if (this.#takes('(')) return { kind: 'call', target: null, name, arguments: this.#arguments() };
    return { kind: 'name', name };
  }

  #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end' };
  }

  #takes(sign: string): boolean {
    const token = this.#next();
    if (token.kind !== 'sign' || token.sign !== sign) return false;
    this.#at++;
    return true;
  }

  #takesName(name: string): boolean {
    const token = this.#next();
    if (token.kind !== 'name' || token.name !== name) return false;
    this.#at++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) throw new ExpressionProblem(`${sign} is missing before ${this.#shownNext()}`);
  }

  #shownNext(): string {
    const token = this.#next();
    switch (token.kind) {
      case 'text':
        return JSON.stringify(shown(token.value));
      case 'number':
        return String(token.value);
      case 'pattern':
        return shown(`/${token.source}/`);
      case 'name':
        return token.name;
      case 'sign':
        return token.sign;
      case 'end':
        return 'the end';
    }
  }
}
