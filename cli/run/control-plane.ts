/** What `loadstar run` needs of a control plane that lives as long as the run. */

import type { Report } from '../../core/report/report.ts';
import type { Scenario } from '../../core/scenario/scenario.ts';
import type { FileBodies } from '../../server/verbs/taurus-files.ts';
import type { RunProgress } from '../progress/progress.ts';

export interface ControlPlane {
  /** Stores the scenario with its files and starts a run of it. Resolves with the run's id. */
  start(scenario: Scenario, files: FileBodies): Promise<string>;
  /** Resolves when the run is in a final phase. Tells of its progress until then. Throws when the run cannot go on. */
  watch(runId: string, onProgress: (progress: RunProgress) => void): Promise<void>;
  /** Asks for the end of the run's load; its partial report follows. */
  cancel(runId: string): Promise<void>;
  /** Null when the run ended without one. */
  readReport(runId: string): Promise<Report | null>;
  /** Why the run ended as it did, for people; null when there is nothing to say. */
  reasonOf(runId: string): Promise<string | null>;
  /** Absolute path of the run folder. */
  runFolder(runId: string): string;
  /** Ends every task of it before it returns. */
  killTasksNow(): void;
  /** Ends driving and closes the stores. */
  close(): Promise<void>;
}

export type OpenControlPlane = (options: {
  /** Folder for all that it keeps. */
  home: string;
  /** Tasks that each region can take. */
  capacity: Readonly<Record<string, number>>;
  /** Is told what went wrong inside of it, for people; it goes on all the same. */
  onTrouble: (words: string) => void;
  /** A run of which nothing could be done for so long is given up. */
  failingMsMax?: number;
}) => Promise<ControlPlane>;
