/** Simple expressions of JavaScript, JEXL and Groovy, evaluated over their tree: no code is made or run. */
import type { TemplateScope } from '../scope.ts';
import { castTo, functionsOf, methodOf } from './calls.ts';
import { type Expression, parseExpression } from './parse.ts';
import { matchesPattern, search } from './search.ts';
import { type Dialect, ExpressionProblem } from './tokens.ts';
import { semantics, type Value } from './values.ts';

export { type Dialect, ExpressionProblem } from './tokens.ts';

export interface CompiledExpression {
  /** Variables that it reads by `vars.get`. */
  readonly names: ReadonlySet<string>;
  /** Its value as text. Throws `ExpressionProblem` when it has none. */
  evaluate(scope: TemplateScope): string;
}

/** Throws `ExpressionProblem`, also for names and methods that are not there. */
export function compileExpression(text: string, dialect: Dialect, knowsVariables = true): CompiledExpression {
  const expression = parseExpression(text, dialect);
  const names = new Set<string>();
  check(expression, dialect, knowsVariables, names);
  const { textOf } = semantics[dialect];
  return {
    names,
    evaluate(scope) {
      const value = new Evaluation(dialect, scope).value(expression);
      return dialect !== 'javascript' && (value === null || value === undefined) ? '' : textOf(value);
    },
  };
}

/** `vars.get("x")`, `props.get("x")`, `vars["x"]`: what is read, and where. */
function readOf(expression: Expression): { from: string; name: Expression } | null {
  if (expression.kind === 'call') {
    const { target, name, arguments: given } = expression;
    if (target?.kind !== 'name' || !isStore(target.name)) return null;
    const [first] = given;
    if ((name !== 'get' && name !== 'getProperty') || given.length !== 1 || first === undefined) {
      throw new ExpressionProblem(`${target.name}.${name} is not supported, only ${target.name}.get("name") is`);
    }
    return { from: target.name, name: first };
  }
  if (expression.kind === 'index' && expression.target.kind === 'name' && isStore(expression.target.name)) {
    return { from: expression.target.name, name: expression.index };
  }
  return null;
}

function isStore(name: string): boolean {
  return name === 'vars' || name === 'props';
}

/** The written name of a function: `parseInt`, `Math.max`; null for a method of a value. */
function functionName(expression: Expression & { kind: 'call' }): string | null {
  if (expression.target === null) return expression.name;
  return expression.target.kind === 'name' ? `${expression.target.name}.${expression.name}` : null;
}

function check(expression: Expression, dialect: Dialect, knowsVariables: boolean, names: Set<string>): void {
  const read = readOf(expression);
  if (read !== null) {
    if (!knowsVariables) {
      throw new ExpressionProblem(
        `${read.from} is not known here; write "\${name}", or \${__groovy(${read.from}.get("name"))}`,
      );
    }
    if (read.from === 'vars' && read.name.kind === 'value' && typeof read.name.value === 'string')
      names.add(read.name.value);
    check(read.name, dialect, knowsVariables, names);
    return;
  }
  switch (expression.kind) {
    case 'name':
      throw new ExpressionProblem(`${expression.name} is not known; a text stands in quotes`);
    case 'pattern':
      throw new ExpressionProblem('a pattern may stand in front of .test, or within .match or .search');
    case 'member':
      if (dialect !== 'javascript' || expression.name !== 'length') {
        throw new ExpressionProblem(`.${expression.name} is not supported`);
      }
      break;
    case 'call':
      checkCall(expression, dialect);
      break;
    case 'cast':
      castTo(expression.type, '0');
      break;
  }
  for (const child of childrenOf(expression)) check(child, dialect, knowsVariables, names);
}

function checkCall(call: Expression & { kind: 'call' }, dialect: Dialect): void {
  const written = functionName(call);
  if (written !== null) {
    if (Object.hasOwn(functionsOf[dialect], written)) return;
    throw new ExpressionProblem(
      `there is no function ${written}; there are ${Object.keys(functionsOf[dialect]).join(', ')}`,
    );
  }
  if (!isPatternCall(call, dialect) && !isAlwaysMethod(call.name)) methodOf(dialect, call.name);
}

/** Calls with a regular expression are evaluated apart. */
function isPatternCall({ name, target, arguments: [first] }: Expression & { kind: 'call' }, dialect: Dialect): boolean {
  if (dialect !== 'javascript') return name === 'matches';
  return (name === 'test' && target?.kind === 'pattern') || (patternMethods.has(name) && first?.kind === 'pattern');
}

const patternMethods = new Set(['match', 'search']);

/** Methods that numbers have too. */
function isAlwaysMethod(name: string): boolean {
  return name === 'toString' || name === 'equals' || name === 'intValue' || name === 'longValue' || name === 'intdiv';
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'value':
    case 'pattern':
    case 'name':
      return [];
    case 'not':
    case 'negative':
    case 'positive':
    case 'cast':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'conditional':
      return [expression.condition, expression.then, expression.otherwise];
    case 'member':
      return [expression.target];
    case 'index':
      return [expression.target, expression.index];
    case 'call':
      // Math and Integer are no values, and patterns are ones only in calls that know them.
      return [
        ...(functionName(expression) === null && expression.target ? [expression.target] : []),
        ...expression.arguments,
      ].filter((child) => child.kind !== 'pattern' || !isPatternCall(expression, 'javascript'));
  }
}

class Evaluation {
  readonly #dialect: Dialect;
  readonly #scope: TemplateScope;

  constructor(dialect: Dialect, scope: TemplateScope) {
    this.#dialect = dialect;
    this.#scope = scope;
  }

  value(expression: Expression): Value {
    const { isTrue, calculate } = semantics[this.#dialect];
    switch (expression.kind) {
      case 'value':
        return expression.value;
      case 'not':
        return !isTrue(this.value(expression.operand));
      case 'negative': {
        const operand = this.value(expression.operand);
        return this.#dialect === 'javascript' ? -Number(operand) : calculate('-', 0n, operand);
      }
      case 'positive':
        return this.#dialect === 'javascript' ? Number(this.value(expression.operand)) : this.value(expression.operand);
      case 'binary':
        return this.#binary(expression);
      case 'conditional':
        return this.value(isTrue(this.value(expression.condition)) ? expression.then : expression.otherwise);
      case 'cast':
        return castTo(expression.type, this.value(expression.operand));
      case 'member':
        return this.#text(expression.target).length;
      case 'index':
        return this.#read(expression) ?? this.#text(expression.target)[Number(this.value(expression.index))];
      case 'call':
        return this.#call(expression);
      default:
        throw new ExpressionProblem('that has no value');
    }
  }

  #binary({ sign, left, right }: Expression & { kind: 'binary' }): Value {
    const { isTrue, equals, compare, add, calculate } = semantics[this.#dialect];
    const first = this.value(left);
    const isJavascript = this.#dialect === 'javascript';
    switch (sign) {
      case '&&':
        if (isJavascript) return isTrue(first) ? this.value(right) : first;
        return isTrue(first) && isTrue(this.value(right));
      case '||':
        if (isJavascript) return isTrue(first) ? first : this.value(right);
        return isTrue(first) || isTrue(this.value(right));
      case '??':
        return first ?? this.value(right);
      case '?:':
        return isTrue(first) ? first : this.value(right);
    }
    const second = this.value(right);
    switch (sign) {
      case '==':
        return equals(first, second);
      case '!=':
        return !equals(first, second);
      case '===':
        return first === second;
      case '!==':
        return first !== second;
      case '<':
        return compare(first, second) < 0;
      case '<=':
        return compare(first, second) <= 0;
      case '>':
        return compare(first, second) > 0;
      case '>=':
        return compare(first, second) >= 0;
      case '<=>':
        return BigInt(compare(first, second));
      case '+':
        return add(first, second);
      case '=~':
        return matchesPattern(String(first), String(second), this.#dialect === 'jexl');
      case '==~':
        return matchesPattern(String(first), String(second), true);
      case '!~':
        return !matchesPattern(String(first), String(second), true);
      case '=^':
        return String(first).startsWith(String(second));
      case '!^':
        return !String(first).startsWith(String(second));
      case '=$':
        return String(first).endsWith(String(second));
      case '!$':
        return !String(first).endsWith(String(second));
      default:
        return calculate(sign, first, second);
    }
  }

  #call(call: Expression & { kind: 'call' }): Value {
    const read = readOf(call);
    if (read !== null) return this.#read(call);
    if (isPatternCall(call, this.#dialect) && call.target !== null) return this.#patternCall(call, call.target);
    const given = call.arguments.map((argument) => this.value(argument));
    const written = functionName(call);
    if (written !== null || call.target === null) return functionsOf[this.#dialect][written ?? '']?.(...given);
    const target = this.value(call.target);
    if (typeof target === 'string') return methodOf(this.#dialect, call.name)(target, ...given);
    return this.#ofOther(target, call.name, given);
  }

  /** Methods of what is no text. */
  #ofOther(target: Value, name: string, given: readonly Value[]): Value {
    const { textOf, equals } = semantics[this.#dialect];
    if (target !== null && target !== undefined) {
      if (name === 'toString') return textOf(target);
      if (name === 'equals') return typeof target === typeof given[0] && equals(target, given[0]);
      if (typeof target !== 'boolean') {
        if (name === 'intValue' || name === 'longValue' || name === 'toInteger')
          return BigInt(Math.trunc(Number(target)));
        if (name === 'intdiv') return BigInt(Math.trunc(Number(target) / Number(given[0])));
      }
    }
    throw new ExpressionProblem(`${String(target)} has no method ${name}`);
  }

  #patternCall(call: Expression & { kind: 'call' }, target: Expression): Value {
    const [first] = call.arguments;
    if (first === undefined) throw new ExpressionProblem(`${call.name} is asked for nothing`);
    if (target.kind === 'pattern') return search(target.source, target.flags, String(this.value(first))) !== null;
    const text = this.#text(target);
    if (first.kind !== 'pattern') return matchesPattern(text, String(this.value(first)), true);
    const found = search(first.source, first.flags, text);
    return call.name === 'match' ? (found?.[0] ?? null) : (found?.index ?? -1);
  }

  #read(expression: Expression): Value {
    const read = readOf(expression);
    if (read === null) return undefined;
    const name = String(this.value(read.name));
    return (read.from === 'vars' ? this.#scope.get(name) : this.#scope.context.properties.get(name)) ?? null;
  }

  #text(expression: Expression): string {
    const value = this.value(expression);
    if (typeof value !== 'string') throw new ExpressionProblem('that is no text');
    return value;
  }
}
