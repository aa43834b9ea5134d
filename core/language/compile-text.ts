/** Turns a parsed text into what fills it in: neighbouring constants become one, calls are checked. */
import { type Argument, type Call, type FunctionDefinition, remembered } from './functions/function.ts';
import { functions, refusal } from './functions/table.ts';
import { type ParsedTemplate, parseTemplate, type TemplatePart, TemplateProblem } from './parse-template.ts';
import type { TemplateScope } from './scope.ts';

export interface FilledText extends Argument {
  readonly text: string;
  /** Variables that it reads, as far as they are known before it is filled in. */
  readonly names: ReadonlySet<string>;
  /** Variables that its functions set. */
  readonly sets: ReadonlySet<string>;
}

type Fill = (scope: TemplateScope) => string;

interface Uses {
  names: Set<string>;
  sets: Set<string>;
}

const nothing: ReadonlySet<string> = new Set();
const isFunction = (name: string): boolean => functions.has(name);

/** Throws `TemplateProblem`. */
export function compileText(text: string): FilledText {
  if (!text.includes('${')) return { text, ...constantOf(text), names: nothing, sets: nothing };
  const uses: Uses = { names: new Set(), sets: new Set() };
  return { text, ...compileParts(parseTemplate(text, isFunction), uses), ...uses };
}

function compileParts(parsed: ParsedTemplate, uses: Uses): Argument {
  // literals[i] stands in front of fills[i]; the last one is the end.
  const literals = [''];
  const fills: Fill[] = [];
  for (const part of parsed.parts) {
    const compiled = compilePart(part, uses);
    if (typeof compiled === 'string') {
      literals[fills.length] += compiled;
    } else {
      fills.push(compiled);
      literals.push('');
    }
  }
  const [first = ''] = literals;
  if (fills.length === 0) return constantOf(first);
  const [only] = fills;
  if (fills.length === 1 && only !== undefined && first === '' && literals[1] === '') {
    return { constant: null, probe: '1', fill: only };
  }
  return {
    constant: null,
    probe: literals.join('1'),
    fill(scope) {
      let text = first;
      for (let index = 0; index < fills.length; index++) text += fills[index]!(scope) + literals[index + 1]!;
      return text;
    },
  };
}

function constantOf(text: string): Argument {
  return { constant: text, probe: text, fill: () => text };
}

function compilePart(part: TemplatePart, uses: Uses): string | Fill {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'variable':
      return compileVariable(part.name, part.written, uses);
    case 'call':
      return compileCall(part, uses);
  }
}

function compileVariable(name: string, written: string, uses: Uses): Fill {
  if (name.startsWith('__') && !name.startsWith('__jm__')) throw new TemplateProblem(refusal(name));
  if (name === 'JMeterThread.last_sample_ok') return (scope) => (scope.context.lastSampleOk ? 'true' : 'false');
  uses.names.add(name);
  return (scope) => scope.get(name) ?? written;
}

function compileCall(part: TemplatePart & { kind: 'call' }, uses: Uses): string | Fill {
  const definition = functions.get(part.name);
  if (definition === undefined) throw new TemplateProblem(refusal(part.name));
  const given = part.arguments.map((argument) => compileParts(argument, uses));
  checkCall(part, definition, given);
  const constants = given.map((argument) => argument.constant);
  for (const name of definition.reads?.(constants) ?? []) uses.names.add(name);
  for (const name of definition.sets?.(constants) ?? []) uses.sets.add(name);
  const result = definition.result === undefined ? undefined : given[definition.result];
  if (result?.constant?.trim()) uses.sets.add(result.constant.trim());
  const values = constants.every((value) => value !== null) ? constants : null;
  const { run } = definition;
  const { written } = part;
  const call: Call = { id: String(++callsCount), fillText };
  if (values !== null && definition.changes === undefined && result === undefined) {
    return run(values, silentScope, call) ?? written;
  }
  const value: Fill =
    values === null
      ? (scope) =>
          run(
            given.map((argument) => argument.fill(scope)),
            scope,
            call,
          ) ?? written
      : (scope) => run(values, scope, call) ?? written;
  if (result === undefined) return value;
  return (scope) => {
    const filled = value(scope);
    const name = result.fill(scope).trim();
    if (name !== '') scope.set(name, filled);
    return filled;
  };
}

/** Tells calls apart: each has counters of its own. */
let callsCount = 0;

const compiledLater = remembered((text: string): Argument => {
  try {
    return compileText(text);
  } catch (error) {
    if (error instanceof TemplateProblem) return constantOf(text);
    throw error;
  }
});

/** Values that turn out to be their own template must not be filled in forever. */
const LATER_DEPTH_MAX = 8;
let laterDepth = 0;

function fillText(text: string, scope: TemplateScope): string {
  if (laterDepth >= LATER_DEPTH_MAX || !text.includes('${')) return text;
  laterDepth++;
  try {
    return compiledLater(text).fill(scope);
  } finally {
    laterDepth--;
  }
}

function checkCall(
  { name, arguments: given }: TemplatePart & { kind: 'call' },
  { usage, fewest, most, problem }: FunctionDefinition,
  compiled: readonly Argument[],
): void {
  if (given.length < fewest || given.length > most) {
    throw new TemplateProblem(`\${${name}} does not take ${given.length} arguments; it is written \${${usage}}`);
  }
  const constants = compiled.map((argument) => argument.constant);
  const probes = compiled.map((argument) => argument.probe);
  const wrong = problem?.(constants, probes) ?? null;
  if (wrong !== null) throw new TemplateProblem(`\${${name}}: ${wrong}; it is written \${${usage}}`);
}

/** Functions that always give the same are asked once, before there are users: they do not look at it. */
const silentScope: TemplateScope = {
  get: () => undefined,
  set() {},
  remove() {},
  get context(): never {
    throw new Error('a function that is said to be constant asked for its context');
  },
};
