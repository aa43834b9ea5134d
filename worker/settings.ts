/** What a task is told when it is started: its run folder, its region, its number; by arguments, else by the environment. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { idSchema } from '../core/api/common.ts';
import { type FieldProblem, LoadstarError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { TaskId } from '../core/plan/plan.ts';
import { regionNameSchema } from '../core/scenario/scenario.ts';
import { placeOf, type RunFolderPlace } from './run-folder/open.ts';

export interface WorkerSettings {
  runFolder: RunFolderPlace;
  id: TaskId;
  /** Lets the task into its run folder and no other; null where the folder needs none. */
  runToken: string | null;
  /** Whose tasks print it, said in each line where others print to the same log; null where nobody else does. */
  runId: string | null;
  /** Values of the run's secrets by name; null: none came with the task. */
  secrets: ReadonlyMap<string, string> | null;
}

/** Each setting, with the argument and the environment variable that give it. */
const sources = {
  runFolder: { argument: '--run-folder', variable: 'LOADSTAR_RUN_FOLDER', example: 'file:///path/to/run-folder' },
  region: { argument: '--region', variable: 'LOADSTAR_REGION', example: 'local' },
  task: { argument: '--task', variable: 'LOADSTAR_TASK', example: '0' },
} as const;
type Setting = keyof typeof sources;

/** Reads all settings. Throws `option_invalid` that names everything that is wrong, not only the first. */
export function readSettings(argv: readonly string[], environment: Record<string, string | undefined>): WorkerSettings {
  const given = readArguments(argv);
  const problems: FieldProblem[] = [];
  const settingOf = (setting: Setting): string | null => {
    const { argument, variable, example } = sources[setting];
    const value = given[setting] ?? environment[variable] ?? '';
    if (value !== '') return value;
    problems.push({
      path: argument,
      message: `is missing: give ${argument} (or ${variable}), like ${argument} ${example}`,
    });
    return null;
  };

  const runToken = environment.LOADSTAR_RUN_TOKEN || null;
  const runId = environment.LOADSTAR_RUN_ID || null;
  if (runId !== null && !idSchema.safeParse(runId).success) {
    problems.push({ path: 'LOADSTAR_RUN_ID', message: 'must be letters, digits, - and _, at most 64' });
  }
  const runFolderUrl = settingOf('runFolder');
  let runFolder: RunFolderPlace | null = null;
  const region = settingOf('region');
  const task = settingOf('task');
  if (runFolderUrl !== null) {
    try {
      const accessUrl = environment.LOADSTAR_RUN_ACCESS_URL || null;
      runFolder = placeOf(runFolderUrl, { token: runToken, accessUrl });
    } catch (error) {
      problems.push({ path: sources.runFolder.argument, message: (error as Error).message });
    }
  }
  if (region !== null && !regionNameSchema.safeParse(region).success) {
    problems.push({
      path: sources.region.argument,
      message: 'must be lower case letters, digits and inner dashes, at most 63',
    });
  }
  const taskNumber = task !== null && /^\d{1,6}$/.test(task) ? Number(task) : Number.NaN;
  if (task !== null && !(taskNumber < limits.tasksMax)) {
    problems.push({ path: sources.task.argument, message: `must be a whole number from 0 to ${limits.tasksMax - 1}` });
  }
  if (problems.length > 0 || runFolder === null || region === null) throw invalid(problems);
  const id = { region, task: taskNumber };
  return { runFolder, id, runToken, runId, secrets: readSecrets(environment.LOADSTAR_SECRETS) };
}

function readSecrets(text: string | undefined): ReadonlyMap<string, string> | null {
  if (text === undefined || text === '') return null;
  try {
    return new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(text))));
  } catch {
    // What is in it is not repeated.
    throw invalid([{ path: 'LOADSTAR_SECRETS', message: 'must be JSON that maps names to values' }]);
  }
}

function readArguments(argv: readonly string[]): Partial<Record<Setting, string>> {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { 'run-folder': { type: 'string' }, region: { type: 'string' }, task: { type: 'string' } },
    });
    const given: Partial<Record<Setting, string>> = {};
    if (values['run-folder'] !== undefined) given.runFolder = values['run-folder'];
    if (values.region !== undefined) given.region = values.region;
    if (values.task !== undefined) given.task = values.task;
    return given;
  } catch (error) {
    throw invalid([{ path: 'arguments', message: (error as Error).message }]);
  }
}

function invalid(problems: readonly FieldProblem[]): LoadstarError {
  const told = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new LoadstarError('option_invalid', `the task cannot start: ${told}`, { fields: problems });
}
