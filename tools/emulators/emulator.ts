/** A service of AWS, imitated by a program of its own on a free port of 127.0.0.1, for as long as somebody wants it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { toolNamed } from '../tools.ts';

export interface Emulator {
  /** `http://127.0.0.1:18000` */
  url: string;
  /** Ends the program, and removes what it had written. */
  stop(): Promise<void>;
}

/** What every emulator takes for the keys of an account. */
export const emulatorCredentials = { accessKeyId: 'loadstar', secretAccessKey: 'loadstar-secret' } as const;

/** The region that clients of emulators name. */
export const emulatorRegion = 'eu-west-1';

/** How a program is started. */
export interface EmulatorProgram {
  command: string;
  parameters: string[];
  environment?: Record<string, string>;
  /** A path that it answers, with any status, once it is ready. */
  readyPath?: string;
}

type DescribeProgram = (place: { program: string; port: number; folder: string }) => Promise<EmulatorProgram>;

export const READY_SECONDS_MAX = 90;
const STARTS_MAX = 3;

class ProgramEnded extends Error {}

/**
 * Starts what `describeProgram` describes for a tool, a port and a folder of its own, and waits until it answers. Throws when the tool is not
 * installed, or its program stays silent, or ends on each of some ports: between being found free and being listened at, one may be taken by others.
 */
export async function startEmulator(tool: string, describeProgram: DescribeProgram): Promise<Emulator> {
  const program = toolNamed(tool).find();
  if (program === null) throw new Error(`${tool} is not installed: npm run tools`);
  for (let start = 1; ; start++) {
    try {
      return await startOnFreePort(tool, program, describeProgram);
    } catch (error) {
      if (!(error instanceof ProgramEnded) || start === STARTS_MAX) throw error;
    }
  }
}

async function startOnFreePort(tool: string, program: string, describeProgram: DescribeProgram): Promise<Emulator> {
  const folder = await mkdtemp(join(tmpdir(), `loadstar-${tool}-`));
  const port = await freePort();
  const { command, parameters, environment, readyPath = '/' } = await describeProgram({ program, port, folder });
  const child = spawn(command, parameters, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endWithUs = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', endWithUs);
  const stop = async () => {
    process.off('exit', endWithUs);
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await answering(child, `${url}${readyPath}`, tool);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function answering(child: ChildProcess, url: string, tool: string): Promise<void> {
  let said = '';
  const hear = (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-4_000);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  let failure: string | null = null;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code, signal) => {
    failure ??= `it ended with ${code ?? signal}`;
  });
  const giveUpAtMs = Date.now() + READY_SECONDS_MAX * 1000;
  while (Date.now() < giveUpAtMs) {
    if (failure !== null) throw new ProgramEnded(`${tool} did not start: ${failure}\n${said}`);
    try {
      await fetch(url, { signal: AbortSignal.timeout(5_000) });
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Error(`${tool} does not answer at ${url}\n${said}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
