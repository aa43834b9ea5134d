/** The options of `loadstar run`, from the texts of the command line to what they mean. */
import { access, constants, readdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type FieldProblem, LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { regionNameSchema } from '../../core/scenario/scenario.ts';

/** As commander hands them over. */
export interface RawRunOptions {
  tasks?: string;
  regions?: string;
  /** Of the first execution, as a scenario writes them. */
  concurrency?: string;
  rampUp?: string;
  holdFor?: string;
  set?: string[];
  report?: string;
  out?: string;
  quiet?: boolean;
}

export interface RunOptions {
  /** Tasks per region; null: as the scenario says. */
  tasks: number | null;
  regions: string[] | null;
  overrides: { key: string; value: string }[];
  /** Absolute paths. */
  reportFile: string | null;
  outFolder: string | null;
  quiet: boolean;
}

/** Reads all options and throws `option_invalid` with every one that is wrong. */
export async function readRunOptions(raw: RawRunOptions): Promise<RunOptions> {
  const problems: FieldProblem[] = [];
  const options: RunOptions = {
    tasks: raw.tasks === undefined ? null : readTasks(raw.tasks, problems),
    regions: raw.regions === undefined ? null : readRegions(raw.regions, problems),
    overrides: [...loadOverrides(raw), ...(raw.set ?? []).flatMap((text) => readOverride(text, problems))],
    reportFile: raw.report === undefined ? null : resolve(raw.report),
    outFolder: raw.out === undefined ? null : resolve(raw.out),
    quiet: raw.quiet === true,
  };
  // Found out now, not after an hour's run.
  if (options.reportFile !== null) problems.push(...(await reportFileProblems(options.reportFile)));
  if (options.outFolder !== null) problems.push(...(await outFolderProblems(options.outFolder)));
  throwIfAny(problems);
  return options;
}

function loadOverrides({ concurrency, rampUp, holdFor }: RawRunOptions): { key: string; value: string }[] {
  const load = { concurrency, 'ramp-up': rampUp, 'hold-for': holdFor };
  return Object.entries(load).flatMap(([keyword, value]) =>
    value === undefined ? [] : [{ key: `execution.0.${keyword}`, value }],
  );
}

function readTasks(text: string, problems: FieldProblem[]): number | null {
  const tasks = Number(text);
  if (/^\d{1,9}$/.test(text) && tasks >= 1 && tasks <= limits.tasksMax) return tasks;
  problems.push({ path: '--tasks', message: `takes a whole number from 1 to ${limits.tasksMax}, not "${text}"` });
  return null;
}

function readRegions(text: string, problems: FieldProblem[]): string[] | null {
  const names = text.split(',').map((name) => name.trim());
  const problem = (message: string) => problems.push({ path: '--regions', message });
  for (const name of names) {
    if (!regionNameSchema.safeParse(name).success) {
      problem(`takes names of lower case letters, digits and dashes, separated by commas; "${name}" is none`);
    }
  }
  if (new Set(names).size < names.length) problem('names a region twice');
  if (names.length > limits.regionsMax) problem(`takes at most ${limits.regionsMax} regions`);
  return names;
}

/** Throws `option_invalid` with every one that is wrong. */
export function readOverrides(texts: readonly string[]): { key: string; value: string }[] {
  const problems: FieldProblem[] = [];
  const overrides = texts.flatMap((text) => readOverride(text, problems));
  throwIfAny(problems);
  return overrides;
}

function throwIfAny(fields: FieldProblem[]): void {
  if (fields.length > 0) throw new LoadstarError('option_invalid', 'The command line is not valid.', { fields });
}

function readOverride(text: string, problems: FieldProblem[]): { key: string; value: string }[] {
  const at = text.indexOf('=');
  if (at > 0) return [{ key: text.slice(0, at).trim(), value: text.slice(at + 1) }];
  problems.push({ path: '--set', message: `takes key=value, such as execution.0.hold-for=1m, not "${text}"` });
  return [];
}

async function reportFileProblems(file: string): Promise<FieldProblem[]> {
  const problem = (message: string) => [{ path: '--report', message }];
  const there = await stat(file).catch(() => null);
  if (there?.isDirectory()) return problem(`${file} is a folder; name a file`);
  const parent = await stat(dirname(file)).catch(() => null);
  if (parent?.isDirectory() !== true) return problem(`${dirname(file)} is no folder`);
  return (await isWritable(there === null ? dirname(file) : file)) ? [] : problem(`${file} cannot be written`);
}

async function outFolderProblems(folder: string): Promise<FieldProblem[]> {
  const problem = (message: string) => [{ path: '--out', message }];
  const there = await stat(folder).catch(() => null);
  if (there === null) return (await canBeMade(folder)) ? [] : problem(`${folder} cannot be made`);
  if (!there.isDirectory()) return problem(`${folder} is not a folder`);
  if (!(await isWritable(folder))) return problem(`${folder} cannot be written`);
  const entries = await readdir(folder);
  return entries.length === 0 ? [] : problem(`${folder} is not empty: it would mix two runs; name a new folder`);
}

/** Whether the nearest thing on the way to it that exists is a folder that can be written. */
async function canBeMade(folder: string): Promise<boolean> {
  const parent = dirname(folder);
  const there = await stat(parent).catch(() => null);
  if (there === null) return parent !== folder && (await canBeMade(parent));
  return there.isDirectory() && (await isWritable(parent));
}

async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
