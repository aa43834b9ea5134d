/** The tools that the Taurus engine drives, as Loadstar finds them on a machine. */

export const engineNames = ['taurus', 'jmeter', 'k6', 'locust'] as const;
export type EngineName = (typeof engineNames)[number];

/** A tool that was found. */
export interface EngineProgram {
  name: EngineName;
  version: string;
  /** What is started: for taurus and locust the Python of their environment, for the others their own program. */
  path: string;
  /** installed: below the folder of engines. setting: an environment variable names it. path: found on the PATH. */
  source: 'installed' | 'setting' | 'path';
}
