/** How the tasks of each region are started, and how they reach their run folder. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { LoadstarError } from '../../../../core/errors.ts';

export interface RegionProgram {
  /** What is put before the command of a task, word by word; null: nothing. */
  command?: readonly string[] | null;
  /** Default: `http` with a command, else `file`. Of another user's tasks always `http`. */
  runFolder?: 'file' | 'http';
}

/** Another user of this system, whom tasks run as. */
export interface TasksUser {
  name: string;
  uid: number;
  gid: number;
}

export function runFolderKind(
  { command = null, runFolder }: RegionProgram,
  tasksUser: TasksUser | null,
): 'file' | 'http' {
  // Another user cannot look into the folder of the data.
  if (command === null && tasksUser !== null) return 'http';
  return runFolder ?? (command === null ? 'file' : 'http');
}

/** Throws `config_invalid` when there is no such user, when it is root, and when this process may not start others' processes. */
export function findTasksUser(name: string): TasksUser {
  const invalid = (message: string, cause?: unknown) =>
    new LoadstarError('config_invalid', `The configuration is not valid: tasksUser: ${message}`, {
      fields: [{ path: 'tasksUser', message }],
      cause,
    });
  if (process.getuid?.() !== 0) throw invalid('only a control plane that runs as root can start tasks as another user');
  const numberOf = (flag: string): number => {
    try {
      return Number(execFileSync('id', [flag, '--', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    } catch (cause) {
      throw invalid(`there is no user ${name}`, cause);
    }
  };
  const user = { name, uid: numberOf('-u'), gid: numberOf('-g') };
  if (user.uid === 0) throw invalid('is root: name a user that owns nothing');
  return user;
}

/** The path of a command's program. Throws `launch_failed` when there is none. */
export function findProgram(name: string): string {
  const folders = isAbsolute(name) ? [''] : (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const path = join(folder, name);
    if (isProgram(path)) return path;
  }
  throw new LoadstarError('launch_failed', `there is no program ${name}, which the region's command begins with`);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
