/**
 * A flow as users walk it: instructions one after the other, with jumps where blocks begin and end. Nothing calls itself however deep blocks lie
 * in one another, and a user keeps only its place and the counters of its loops.
 */
import type { Condition, LoopCondition } from '../../../core/language/condition.ts';
import type { LabelRecord } from '../recording/label-record.ts';
import type { CompiledRequest } from './compile-request-step.ts';
import type { Text } from './texts.ts';

/** A user's counters: which of them belong to a loop. */
export interface LoopPlace {
  /** Its first counter: how often it was walked. The second one of a counted loop: how often it will be. */
  counter: number;
  /** Variable that holds the number of the walk, from 0; null when nobody reads it. */
  indexName: string | null;
}

export interface CompiledTransaction {
  label: Text;
  /** Where its samples are counted; null when the label changes, or when it is part of another's sample. */
  record: LabelRecord | null;
  /** It is counted as part of the sample of the transaction around it. */
  isAbsorbed: boolean;
  /** The requests in it are no samples of their own. */
  isParent: boolean;
  includesThinkTime: boolean;
}

export type Instruction =
  /** An iteration begins. */
  | { op: 'begin' }
  /** An iteration is over. */
  | { op: 'end' }
  | { op: 'request'; request: CompiledRequest }
  | { op: 'jump'; to: number }
  /** `once`: counters of what is forgotten to be done when the branch is not taken. */
  | { op: 'unless'; condition: Condition; once: readonly number[]; to: number }
  /** Sets the loop's counters, and forgets what was done once in it. `times` null: forever. */
  | { op: 'loop'; place: LoopPlace; times: Text | null; once: readonly number[]; to: number }
  | { op: 'again'; place: LoopPlace; to: number }
  | { op: 'reset'; place: LoopPlace; once: readonly number[] }
  | { op: 'while'; place: LoopPlace; condition: LoopCondition; to: number }
  /** As in JMeter a turn that is over asks the condition, and the next one, before it begins, again: what it does is done twice. */
  | { op: 'while-end'; condition: LoopCondition; to: number }
  | { op: 'foreach'; place: LoopPlace; collection: string; variable: string; to: number }
  /**
   * Behind a step that may have changed what the loop walks: the variable is again that of the turn, as in JMeter, and without one the loop is over. `to`
   * null: not here, where a transaction would be left open.
   */
  | { op: 'foreach-step'; place: LoopPlace; collection: string; variable: string; to: number | null }
  /** `counter`: how often its loop was walked; null: it is over. */
  | { op: 'index'; name: string; counter: number | null }
  | { op: 'once'; counter: number; to: number }
  | { op: 'transaction'; transaction: CompiledTransaction }
  | { op: 'transaction-end' }
  | { op: 'pause'; ms: number }
  | { op: 'stop'; isForAll: boolean; isNow: boolean }
  /**
   * `whiles`: conditions of the loops around it, from the innermost: they are asked, whatever they say. `once`: counters of what is forgotten to be
   * done: it is around it, or in a branch of an `if` that is.
   */
  | { op: 'continue'; whiles: readonly LoopCondition[]; once: readonly number[] }
  | { op: 'set'; variables: readonly (readonly [name: Text, value: Text])[] };

export interface Program {
  /** The first one begins an iteration, the last one ends it. */
  instructions: readonly Instruction[];
  /** Counters that a user needs for its loops. */
  counters: number;
  /** Milliseconds. */
  shortestTimeoutMs: number;
  /** Variable that holds the number of the iteration, from 0; null when nobody reads it. */
  indexName: string | null;
  /** Users wait: think-times or pauses. */
  waits: boolean;
}
