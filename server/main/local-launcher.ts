/** The launcher of the control plane on one machine, as its settings want it. */
import { fileURLToPath } from 'node:url';
import { createProcessLauncher } from '../adapters/local/process-launcher/process-launcher.ts';
import type { RegionProgram } from '../adapters/local/process-launcher/region-programs.ts';
import type { Launcher } from '../ports/launcher.ts';

export interface LocalRegion extends RegionProgram {
  tasksMax: number;
}

export interface LocalLauncherOptions {
  /** Tasks that each region can take, and how they are started where that is not simply on this machine, as this user. */
  regions: Readonly<Record<string, number | LocalRegion>>;
  /** See the process launcher. Its tasks, like those of regions whose run folder is reached over HTTP, need a `publicUrl`. */
  tasksUser?: string | null;
  /** The worker's program; default: the one of this installation. */
  workerEntry?: string;
  /** Absolute path of the folder with the tools that tasks drive; default: they look for it themselves. */
  enginesFolder?: string;
}

/** Throws `config_invalid` when tasks cannot run as the user, `store_failed`. */
export function createLocalLauncher(options: LocalLauncherOptions, stateFolder: string): Launcher {
  const regions = Object.entries(options.regions).map(
    ([name, region]) => [name, typeof region === 'number' ? { tasksMax: region } : region] as const,
  );
  return createProcessLauncher({
    stateFolder,
    capacity: Object.fromEntries(regions.map(([name, { tasksMax }]) => [name, tasksMax])),
    programs: Object.fromEntries(regions),
    tasksUser: options.tasksUser ?? null,
    workerEntry: options.workerEntry ?? fileURLToPath(new URL('../../worker/main.ts', import.meta.url)),
    ...(options.enginesFolder === undefined ? {} : { enginesFolder: options.enginesFolder }),
  });
}
