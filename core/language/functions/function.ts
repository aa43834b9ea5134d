/** What a function of templates is. */
import type { TemplateScope } from '../scope.ts';

/** A text that is filled in, with what it always is when nothing in it changes. */
export interface Argument {
  readonly constant: string | null;
  fill(scope: TemplateScope): string;
}

export interface FunctionDefinition {
  /** How it is written, without `${` and `}`: for messages and docs. */
  usage: string;
  /** What it gives, for the docs. */
  gives: string;
  fewest: number;
  most: number;
  /** Which argument names a variable that takes the result; null: none. */
  result: number | null;
  /** Whether it may give something else each time for the same arguments. */
  changes: boolean;
  /** What is wrong with arguments that are known before the run (null: not known); null when nothing is. */
  problem?(values: readonly (string | null)[]): string | null;
  /** Variables that it reads or sets beside its result. */
  reads?(values: readonly (string | null)[]): readonly string[];
  sets?(values: readonly (string | null)[]): readonly string[];
  /** Null: the arguments make no sense. */
  run(values: readonly string[], scope: TemplateScope): string | null;
}
