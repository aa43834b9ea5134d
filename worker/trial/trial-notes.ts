/** What is told of extractors and assertions, and, once each, of what is done otherwise than in a run. */
import type { TrialAssertion, TrialVariable } from '../../core/api/trials.ts';
import type { TemplateScope } from '../../core/language/template.ts';
import { limits } from '../../core/limits.ts';
import type { Mask } from '../../core/secrets/secret-mask.ts';
import type { CompiledRequest } from '../native/compile/compile-request-step.ts';
import type { ResponseView } from '../native/protocols/protocol.ts';
import { describeAssertion } from './describe-assertion.ts';
import { beginning } from './shown-body.ts';

/** An extractor of all matches sets any number of them. */
const VARIABLES_MAX = 100;

export class TrialNotes {
  #mask: Mask;
  #onNote: (message: string) => void;
  #told = new Set<string>();

  /** `mask`: hides what is secret. */
  constructor(mask: Mask, onNote: (message: string) => void) {
    this.#mask = mask;
    this.#onNote = onNote;
  }

  /** A loop would have gone around so often; null: without end. */
  loopCut(times: number | null): void {
    const often = times === null ? 'for ever' : `${times} times`;
    this.#tell(`a loop that goes around ${often} was left after ${limits.trialLoopRoundsMax}`);
  }

  pauseCut(): void {
    this.#tell(`think-times and pauses last at most ${limits.trialPauseSecondsMax} s in a try`);
  }

  /** Runs the extractors; the variables that they set, and those that they would have set. */
  extract(
    { extractors }: CompiledRequest,
    response: ResponseView,
    parts: readonly ResponseView[],
    scope: TemplateScope,
  ): TrialVariable[] {
    const found = new Map<string, string | null>();
    for (const extractor of extractors) {
      const set = new Map<string, string>();
      extractor.extract(response, parts, noting(scope, set));
      for (const name of extractor.sets) if (!set.has(name)) found.set(name, null);
      for (const [name, value] of set) found.set(name, value);
    }
    return [...found].slice(0, VARIABLES_MAX).map(([name, value]) => {
      if (value === null) return { name, value, isCut: false };
      const masked = this.#mask(value);
      const shown = beginning(masked, limits.trialVariableCharactersMax);
      return { name, value: shown, isCut: shown.length < masked.length };
    });
  }

  check({ assertions, step }: CompiledRequest, response: ResponseView, scope: TemplateScope): TrialAssertion[] {
    return assertions.map((assertion, index) => {
      const failure = assertion.check(response, scope);
      const written = step.assertions[index];
      const what =
        written === undefined ? '' : beginning(describeAssertion(written), limits.trialVariableCharactersMax);
      return { what, passed: failure === null, message: failure?.message ?? null };
    });
  }

  #tell(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#onNote(message);
  }
}

/** The scope, which notes what is set in it. */
function noting(scope: TemplateScope, set: Map<string, string>): TemplateScope {
  return {
    get: (name) => scope.get(name),
    set(name, value) {
      scope.set(name, value);
      set.set(name, value);
    },
    remove: (name) => scope.remove(name),
    context: scope.context,
  };
}
