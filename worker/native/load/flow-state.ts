/** What all users of an execution in this task share beside its instructions, and what changes while they walk. */
import type { RowSource } from '../data/row-source.ts';

export interface FlowState {
  name: string;
  /** What a user's variables are at its beginning. */
  variables: ReadonlyMap<string, string>;
  properties: Map<string, string>;
  /** Of the process, and what the scenario adds. */
  env: Readonly<Record<string, string>>;
  counters: Map<string, number>;
  /** Each iteration takes a row of each. */
  rows: RowSource[];
  /** All users that have begun; those that left may still be among them. */
  users: Set<{ drop(): void }>;
}
