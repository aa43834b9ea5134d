/** How an engine is installed: what that needs, and what it does. */
import type { EngineName } from '../engine-program.ts';

/** Engines that are installed by themselves. Locust comes with Taurus: it runs in the same Python. */
export type InstalledName = Exclude<EngineName, 'locust'>;

/** Is told how an installation goes on. */
export interface Progress {
  /** What begins now, for people: `fetching its jars`. */
  step(title: string): void;
  /** A line that a program printed meanwhile. */
  line(text: string): void;
}

/** A program that an installation calls. */
export interface Requirement {
  /** For people: `Python 3.11 or newer with venv`. */
  title: string;
  /** Asked like this, it answers with exit code 0 when it is there and will do. */
  probe: readonly [program: string, ...args: string[]];
  /** What to do when it is missing, for people. */
  remedy: string;
}

export interface Recipe {
  name: InstalledName;
  title: string;
  /** The versions that it installs, as the programs themselves say them. */
  versions: Partial<Record<EngineName, string>>;
  /** Changes with anything that changes what is installed. */
  id: string;
  requires: readonly Requirement[];
  /**
   * Installs into a folder that is there and empty. What it fetches stays in the caches of pip, Maven and Go, so that an installation which
   * was interrupted goes on where it was when it begins anew.
   */
  build(folder: string, progress: Progress): Promise<void>;
}
