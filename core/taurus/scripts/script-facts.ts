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
  /** Groups of the script whose users cannot be counted, so that several tasks cannot share them; for people. */
  indivisible: string[];
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
  return { shape: unknownShape, dataFiles: [], plugins: [], indivisible: [], hasShape: true, problems: [], ...known };
}
