/** Real task processes on a real run folder, for tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plan } from '../../core/plan/plan.ts';
import { type Control, type Done, doneSchema, runFolderPaths } from '../../core/run-folder/run-folder.ts';

const id = { region: 'local', task: 0 };
const programs = {
  native: new URL('../main.ts', import.meta.url),
  scripted: new URL('./scripted-main.ts', import.meta.url),
};

export interface RealFolder {
  root: string;
  url: string;
  order(control: Control): Promise<void>;
  done(): Promise<Done | null>;
  has(path: string): boolean;
  remove(): Promise<void>;
}

/** A run folder with a plan, and with what control says first. */
export async function createRealFolder(plan: Plan, control: Omit<Control, 'revision'>): Promise<RealFolder> {
  const root = await mkdtemp(join(tmpdir(), 'loadstar-process-'));
  const order = async (content: Control): Promise<void> => {
    await writeFile(join(root, 'draft'), JSON.stringify(content));
    await rename(join(root, 'draft'), join(root, runFolderPaths.control));
  };
  await writeFile(join(root, runFolderPaths.plan), JSON.stringify(plan));
  await order({ revision: 1, ...control });
  return {
    root,
    url: pathToFileURL(root).href,
    order,
    async done() {
      const path = join(root, runFolderPaths.done(id));
      return existsSync(path) ? doneSchema.parse(JSON.parse(await readFile(path, 'utf8'))) : null;
    },
    has: (path) => existsSync(join(root, path)),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

export interface TaskProcess {
  child: ChildProcess;
  /** Lines of its standard output so far. */
  lines: string[];
  /** Resolves when it has ended and its output is read. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends it, and all that it started, at once. */
  end(): Promise<void>;
}

export interface ProcessOptions {
  /** Scripted unless given. */
  program?: keyof typeof programs;
  args?: string[];
  environment?: Record<string, string>;
  /** Runs it as this user. */
  uid?: number;
  /** Runs it by this shell command, in which `"$@"` stands for the task. */
  shell?: string;
}

/** Starts task 0 of region `local` on a run folder. */
export function startTask(url: string, options: ProcessOptions = {}): TaskProcess {
  const program = fileURLToPath(programs[options.program ?? 'scripted']);
  const args = options.args ?? ['--run-folder', url, '--region', id.region, '--task', String(id.task)];
  const command = [process.execPath, program, ...args];
  const [file = '', ...fileArguments] =
    options.shell === undefined ? command : ['sh', '-c', options.shell, 'sh', ...command];
  const child = spawn(file, fileArguments, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what a shell started ends with it.
    detached: true,
    env: { PATH: process.env.PATH ?? '', ...options.environment },
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  const lines: string[] = [];
  let unfinished = '';
  const take = (text: string): void => {
    const parts = (unfinished + text).split('\n');
    unfinished = parts.pop() ?? '';
    lines.push(...parts);
  };
  child.stdout?.setEncoding('utf8').on('data', take);
  child.stderr?.setEncoding('utf8').on('data', take);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  async function end(): Promise<void> {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group has ended already.
    }
    await ended;
  }
  return { child, lines, ended, end };
}

/** Resolves as soon as `condition` holds; fails after 30 s. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
