/**
 * Finds the tools of the Taurus engine: where a setting (an environment variable) names one, else below the folder of engines, else on the PATH.
 * A setting that names nothing usable is an error, never an invitation to take another one.
 */
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, sep } from 'node:path';
import { LoadstarError } from '../core/errors.ts';
import type { EngineName, EngineProgram } from './engine-program.ts';
import { readVersion } from './read-version.ts';

/** Where to look. */
export interface EnginePlaces {
  /** Absolute path of the folder of engines; it need not exist. */
  folder: string;
  env: NodeJS.ProcessEnv;
}

/** In the folder of an installed tool: its versions as JSON, by the engines' names. */
export const VERSIONS_FILE = 'versions.json';

interface EngineKind {
  /** For people. */
  title: string;
  /** The environment variable that names its program. */
  setting: string;
  /** Its program below the folder of engines. */
  installed: string;
  /** Candidates on the PATH. */
  onPath(folders: readonly string[]): string[];
}

const taurusPlaces = {
  setting: 'LOADSTAR_TAURUS_PYTHON',
  installed: join('taurus', 'bin', 'python'),
  onPath: pythonsOnPath,
};

export const engineKinds: Readonly<Record<EngineName, EngineKind>> = {
  taurus: { title: 'Taurus', ...taurusPlaces },
  jmeter: {
    title: 'JMeter',
    setting: 'LOADSTAR_JMETER',
    installed: join('jmeter', 'bin', 'jmeter'),
    onPath: programsNamed('jmeter'),
  },
  k6: { title: 'k6', setting: 'LOADSTAR_K6', installed: join('k6', 'k6'), onPath: programsNamed('k6') },
  // Taurus runs Locust in its own Python.
  locust: { title: 'Locust', ...taurusPlaces },
};

/** Null when it is nowhere, or does not run: then `requireEngine` says why. */
export function findEngine(name: EngineName, from: EnginePlaces): EngineProgram | null {
  const found = lookFor(name, from);
  return typeof found === 'string' ? null : found;
}

/** Throws `engine_missing`, saying what is wrong and what to do. */
export function requireEngine(name: EngineName, from: EnginePlaces): EngineProgram {
  const found = lookFor(name, from);
  if (typeof found === 'string') throw new LoadstarError('engine_missing', found);
  return found;
}

/** The engine, or in words why there is none. */
export function lookFor(name: EngineName, { folder, env }: EnginePlaces): EngineProgram | string {
  const { title, setting, installed, onPath } = engineKinds[name];
  const install = `loadstar engines install ${name}`;
  const named = env[setting];
  if (named) {
    const version = isAbsolute(named) && isProgram(named) ? readVersion(name, named, env) : null;
    if (version !== null) return { name, version, path: named, source: 'setting' };
    return `${setting} names ${named}, which is not the absolute path of a working ${describe(name)}: correct it, or unset it and run ${install}`;
  }
  const own = join(folder, installed);
  if (isProgram(own)) {
    const version = notedVersion(name, folder, env) ?? readVersion(name, own, env);
    if (version !== null) return { name, version, path: own, source: 'installed' };
  }
  for (const path of onPath(absoluteFolders(env))) {
    const version = readVersion(name, path, env);
    if (version !== null) return { name, version, path, source: 'path' };
  }
  if (isProgram(own)) return `${own} is there, but it does not run as a ${describe(name)}: ${install} says why`;
  return `${title} is not installed here: ${install}`;
}

/**
 * As it was noted when the tool was installed: asking JMeter takes a second of CPU, in every task. Null when nothing is noted, or when what runs
 * it is gone.
 */
function notedVersion(name: EngineName, folder: string, env: NodeJS.ProcessEnv): string | null {
  const [top = ''] = engineKinds[name].installed.split(sep);
  if (name === 'jmeter' && !hasJava(env)) return null;
  try {
    const noted: unknown = JSON.parse(readFileSync(join(folder, top, VERSIONS_FILE), 'utf8'))[name];
    return typeof noted === 'string' ? noted : null;
  } catch {
    return null;
  }
}

function hasJava(env: NodeJS.ProcessEnv): boolean {
  if (env.JAVA_HOME) return isProgram(join(env.JAVA_HOME, 'bin', 'java'));
  return programsNamed('java')(absoluteFolders(env)).length > 0;
}

const absoluteFolders = ({ PATH = '' }: NodeJS.ProcessEnv) => PATH.split(delimiter).filter(isAbsolute);

function describe(name: EngineName): string {
  if (name === 'taurus') return 'Python with bzt';
  return name === 'locust' ? 'Python with locust' : engineKinds[name].title;
}

function programsNamed(name: string) {
  return (folders: readonly string[]): string[] => folders.map((folder) => join(folder, name)).filter(isProgram);
}

/** The Python that a `bzt` there belongs to, then those that are simply there. */
function pythonsOnPath(folders: readonly string[]): string[] {
  const ofScripts = programsNamed('bzt')(folders).flatMap((script) => {
    const [, python = ''] =
      /^#!\s*(\/\S+)\s*$/m.exec(readFileSync(script, 'utf8').slice(0, 500).split('\n')[0] ?? '') ?? [];
    return isProgram(python) ? [python] : [];
  });
  return [...new Set([...ofScripts, ...programsNamed('python3')(folders)])];
}

/** A file that may be run; also at the end of links. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
