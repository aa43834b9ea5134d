/** What is known of a script without running it. */
import type { FieldProblem } from '../../errors.ts';
import type { ScriptShape } from '../taurus-plan.ts';

export interface ScriptFacts {
  /** The load that it describes itself. */
  shape: ScriptShape;
  /** Files that it names by a fixed path: data, other scripts. As they are written, each once. */
  dataFiles: string[];
  /** Classes of the script that JMeter has not without plugins. */
  plugins: string[];
  /** Parts of the script that several tasks cannot share; for people. `always`: also when the scenario sets the load. */
  indivisible: { message: string; always: boolean }[];
  /** Users when the scenario sets a load without saying how many; null: known only while it runs, or the tool takes one. */
  threads: number | null;
  /** Whether it says itself how much load there is. */
  hasShape: boolean;
  /** What keeps it from running. Paths are lines of the script: `shop.jmx:12`. */
  problems: FieldProblem[];
}

/** Of a script that says nothing of its load. */
export const unknownShape: ScriptShape = {
  curve: null,
  unit: 'users',
  durationSeconds: null,
  usersMax: null,
  parts: [],
};

/** Facts of which nothing is known but what is given. */
export function factsOf(known: Partial<ScriptFacts>): ScriptFacts {
  return {
    shape: unknownShape,
    dataFiles: [],
    plugins: [],
    indivisible: [],
    threads: null,
    hasShape: true,
    problems: [],
    ...known,
  };
}
