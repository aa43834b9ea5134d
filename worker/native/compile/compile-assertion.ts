/** Assertions, compiled: variables filled in, patterns ready. */
import { LoadstarError } from '../../../core/errors.ts';
import type { TemplateScope } from '../../../core/language/template.ts';
import type { Assertion, ContainsAssertion } from '../../../core/scenario/scenario.ts';
import { type Failure, failure } from '../failure.ts';
import type { ResponseView } from '../protocols/protocol.ts';

export interface CompiledAssertion {
  needsHead: boolean;
  needsBody: boolean;
  /** With it, an error status is no failure by itself. */
  assumesSuccess: boolean;
  /** Why the response does not satisfy it; null when it does. */
  check(response: ResponseView, scope: TemplateScope): Failure | null;
}

interface Pattern {
  isIn(text: string): boolean;
  failure: Failure;
}

interface Subject {
  text: string;
  /** Why what is not found in the text may still be in the body. */
  problem: string | null;
}

const SHOWN_CHARACTERS_MAX = 100;
const subjectNames = { body: 'body', headers: 'head', 'http-code': 'response code' } as const;

/** Throws `scenario_invalid` for a pattern that is no regular expression; `path` says where it is. */
export function compileAssertion(assertion: Assertion, path: string): CompiledAssertion {
  if (assertion.kind !== 'contains') {
    const message = `assertions of kind ${assertion.kind} are not known`;
    throw new LoadstarError('scenario_invalid', `${path}: ${message}`, { fields: [{ path, message }] });
  }
  const { contains, not, subject } = assertion;
  const patterns = contains.map((text) => compilePattern(text, assertion, path));
  return {
    needsHead: subject === 'headers',
    needsBody: subject === 'body',
    assumesSuccess: assertion.assumeSuccess,
    check(response) {
      const { text, problem } = subjectOf(response, subject);
      for (const pattern of patterns) {
        const found = pattern.isIn(text);
        if (!found && problem !== null) return failure('assertion', problem);
        if (found === not) return pattern.failure;
      }
      return null;
    },
  };
}

function subjectOf(exchange: ResponseView, subject: ContainsAssertion['subject']): Subject {
  if (subject === 'body') return { text: exchange.bodyText(), problem: exchange.bodyProblem };
  const text = subject === 'headers' ? exchange.headText() : String(exchange.code);
  return { text, problem: null };
}

function compilePattern(text: string, { not, regexp, subject }: ContainsAssertion, path: string): Pattern {
  const shown = text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}...` : text;
  const verb = regexp ? (not ? 'matches' : 'does not match') : not ? 'contains' : 'does not contain';
  const failed = failure(
    'assertion',
    `the ${subjectNames[subject]} ${verb} ${regexp ? `/${shown}/` : JSON.stringify(shown)}`,
  );
  if (!regexp) return { failure: failed, isIn: (subjectText) => subjectText.includes(text) };
  const expression = compileExpression(text, path);
  return { failure: failed, isIn: (subjectText) => expression.test(subjectText) };
}

function compileExpression(text: string, path: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new LoadstarError('scenario_invalid', `${path}: ${message}`, { fields: [{ path, message }], cause });
  }
}
