/**
 * The tools that some tests and benches need beside npm's packages: where each one is, why it is wanted, how it is installed.
 * What comes from a package registry is put below `.tools/`; what comes from the system's packages goes where those go.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { jmeterVersion } from './install-jmeter.ts';

export const projectFolder = join(import.meta.dirname, '..');
export const toolsFolder = join(projectFolder, '.tools');

export const BZT_VERSION = '1.17.2';
export const K6_VERSION = 'v1.8.1';
export const SCHEMATHESIS_VERSION = '4.32.5';

export interface Tool {
  name: string;
  /** What cannot be tested or measured without it. */
  wantedFor: string;
  /** Path of its program, null when it is not installed. */
  find(): string | null;
  install:
    | { from: 'system'; aptPackage: string; brewPackage: string }
    | { from: 'pip'; requirements: string[]; folder: string }
    | { from: 'go'; module: string }
    /** Jars from Maven Central, put together; needs the tools `java` and `maven`. */
    | { from: 'maven'; folder: string };
}

/** Path of a program on the PATH (or below `.tools/bin`), null when there is none. */
function findProgram(name: string): string | null {
  const folders = [join(toolsFolder, 'bin'), ...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  for (const folder of folders) {
    const path = join(folder, name);
    if (folder !== '' && existsSync(path)) return path;
  }
  return null;
}

/** A program below `.tools/` of exactly the version that is pinned here. */
function findPinned(path: string, versionFile: string, version: string): string | null {
  if (!existsSync(path) || !existsSync(versionFile)) return null;
  return readFileSync(versionFile, 'utf8').trim() === version ? path : null;
}

/** A program of a tool that came from pip, below `.tools/<folder>`. */
function findInVenv(folder: string, program: string, requirement: string): string | null {
  const venv = join(toolsFolder, folder);
  return findPinned(join(venv, 'bin', program), join(venv, 'version'), requirement);
}

export const tools: readonly Tool[] = [
  {
    name: 'wrk',
    wantedFor: 'comparing the engine with wrk',
    find: () => findProgram('wrk'),
    install: { from: 'system', aptPackage: 'wrk', brewPackage: 'wrk' },
  },
  {
    name: 'nginx',
    wantedFor: 'the server that engines are compared on',
    find: () => findProgram('nginx'),
    install: { from: 'system', aptPackage: 'nginx-light', brewPackage: 'nginx' },
  },
  {
    name: 'k6',
    wantedFor: 'comparing the engine with k6',
    find: () => findPinned(join(toolsFolder, 'bin', 'k6'), join(toolsFolder, 'bin', 'k6.version'), K6_VERSION),
    install: { from: 'go', module: `go.k6.io/k6@${K6_VERSION}` },
  },
  {
    name: 'bzt',
    wantedFor: "recording Taurus' own answers again and comparing ours with them",
    find: () => findInVenv('bzt', 'python', `bzt==${BZT_VERSION}`),
    install: { from: 'pip', requirements: [`bzt==${BZT_VERSION}`], folder: 'bzt' },
  },
  {
    name: 'java',
    wantedFor: 'running JMeter',
    find: () => findProgram('java'),
    install: { from: 'system', aptPackage: 'openjdk-17-jre-headless', brewPackage: 'openjdk@17' },
  },
  {
    name: 'maven',
    wantedFor: 'installing JMeter',
    find: () => findProgram('mvn'),
    install: { from: 'system', aptPackage: 'maven', brewPackage: 'maven' },
  },
  {
    name: 'jmeter',
    wantedFor: 'recording what Taurus with JMeter sends and comparing ours with it',
    find: () =>
      findPinned(join(toolsFolder, 'jmeter', 'bin', 'jmeter'), join(toolsFolder, 'jmeter', 'version'), jmeterVersion()),
    install: { from: 'maven', folder: 'jmeter' },
  },
  {
    name: 'schemathesis',
    wantedFor: 'fuzzing the API from its own description',
    find: () => findInVenv('schemathesis', 'schemathesis', `schemathesis==${SCHEMATHESIS_VERSION}`),
    install: { from: 'pip', requirements: [`schemathesis==${SCHEMATHESIS_VERSION}`], folder: 'schemathesis' },
  },
  {
    name: 'chromium',
    wantedFor: 'testing the console in a real browser',
    find: () => findProgram('chromium'),
    install: { from: 'system', aptPackage: 'chromium', brewPackage: 'chromium' },
  },
  {
    name: 'ip',
    wantedFor: 'network namespaces that stand for other hosts',
    find: () => findProgram('ip'),
    install: { from: 'system', aptPackage: 'iproute2', brewPackage: 'iproute2mac' },
  },
];

/** The tool of that name. */
export function toolNamed(name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new Error(`tools/tools.ts knows no tool named ${name}`);
  return tool;
}

/** Whether a program answers at all; some are on the PATH and broken. */
export function answers(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
