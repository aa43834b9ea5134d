/** What a function of templates is. */
import type { TemplateScope } from '../scope.ts';

/** A text that is filled in, with what it always is when nothing in it changes. */
export interface Argument {
  readonly constant: string | null;
  /** What it might be: each part that changes is `1` in it. To see before the run what is wrong with it. */
  readonly probe: string;
  fill(scope: TemplateScope): string;
}

/** The place of a call in a text: counters belong to it, and what is compiled later is compiled by it. */
export interface Call {
  /** No other call has it. */
  readonly id: string;
  /** Fills in a text that is known only now; one that is no template stays as it is. */
  fillText(text: string, scope: TemplateScope): string;
}

type Known = readonly (string | null)[];

export interface FunctionDefinition {
  /** How it is written, without `${` and `}`: for messages and docs. */
  usage: string;
  /** What it gives, for the docs. */
  gives: string;
  fewest: number;
  most: number;
  /** Which argument, if any, names a variable that takes the result. */
  result?: number;
  /** It may give something else each time for the same arguments. */
  changes?: true;
  /** What is wrong with arguments that are known before the run (null: not known); null when nothing is. */
  problem?(values: Known, probes: readonly string[]): string | null;
  /** Variables that it reads, or sets beside its result. */
  reads?(values: Known): readonly string[];
  sets?(values: Known): readonly string[];
  /** Null: the arguments make no sense. */
  run(values: readonly string[], scope: TemplateScope, call: Call): string | null;
}

/** Keeps what was worked out for the newest texts. */
export function remembered<Made>(make: (text: string) => Made, countMax = 500): (text: string) => Made {
  const known = new Map<string, Made>();
  return (text) => {
    let made = known.get(text);
    if (made === undefined) {
      made = make(text);
      if (known.size >= countMax) known.clear();
      known.set(text, made);
    }
    return made;
  };
}
