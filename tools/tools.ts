/**
 * The tools that some tests and benches need beside npm's packages: where each one is, why it is wanted, how it is installed.
 * What comes from a package registry is put below `.tools/`; what comes from the system's packages goes where those go.
 */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installedProgram } from '../engines/install/install-engine.ts';
import type { InstalledName } from '../engines/install/recipe.ts';
import { recipes } from '../engines/install/recipes.ts';
import { findImageBases } from './image-bases.ts';

export const projectFolder = join(import.meta.dirname, '..');
export const toolsFolder = join(projectFolder, '.tools');

/** What the Taurus engine drives, as `loadstar engines install` lays it out. */
export const enginesFolder = join(toolsFolder, 'engines');

const SCHEMATHESIS_VERSION = '4.32.5';
const MOTO_VERSION = '5.2.5';
const CFN_LINT_VERSION = '1.58.0';
/** It has no versions that Go knows: the newest commit. */
const MINIO_VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';

export interface Tool {
  name: string;
  /** What cannot be tested or measured without it. */
  wantedFor: string;
  /** Path of its program, null when it is not installed. */
  find(): string | null;
  install: /** Null: none there. */
    | { from: 'system'; aptPackage: string; brewPackage: string | null }
    | { from: 'pip'; requirements: string[]; folder: string }
    | { from: 'engine'; engine: InstalledName }
    /** Jars of Maven Central, as a `pom.xml` names them, into `.tools/<folder>/lib`. */
    | { from: 'maven'; pom: string; folder: string }
    /** A program that Go builds, into `.tools/<folder>`. */
    | { from: 'go'; module: string; folder: string }
    /** See image-bases.ts; needs the tools `debootstrap` and `podman`. */
    | { from: 'debootstrap' };
}

/** Path of a program on the PATH (or in one of the folders), null when there is none. */
function findProgram(name: string, beside: readonly string[] = []): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', ...beside];
  for (const folder of folders) {
    const path = join(folder, name);
    if (folder !== '' && existsSync(path)) return path;
  }
  return null;
}

/** A program of a tool that came from pip, below `.tools/<folder>`, of exactly what is pinned here. */
function findInVenv(folder: string, program: string, requirement: string): string | null {
  return findVersioned(folder, join('bin', program), requirement);
}

/** What `tools/emulators/<name>.pom.xml` names, as jars below `.tools/<name>/lib`; they are found when they came from just that file. */
function jars(name: string): Pick<Tool, 'find' | 'install'> {
  const pom = join(projectFolder, 'tools', 'emulators', `${name}.pom.xml`);
  return {
    find: () => findVersioned(name, 'lib', readFileSync(pom, 'utf8').trim()),
    install: { from: 'maven', pom, folder: name },
  };
}

/** A path below `.tools/<folder>` whose `version` file says just that; else null. */
function findVersioned(folder: string, path: string, version: string): string | null {
  const found = join(toolsFolder, folder, path);
  const versionFile = join(toolsFolder, folder, 'version');
  if (!existsSync(found) || !existsSync(versionFile)) return null;
  return readFileSync(versionFile, 'utf8').trim() === version ? found : null;
}

/** What makes a tool of an engine. */
const engine = (name: InstalledName): Pick<Tool, 'find' | 'install'> => ({
  find: () => installedProgram(recipes[name], enginesFolder),
  install: { from: 'engine', engine: name },
});

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
    wantedFor: 'running scripts of k6, and comparing the native engine with it',
    ...engine('k6'),
  },
  {
    name: 'bzt',
    wantedFor: 'the Taurus engine with Locust, and comparing the native engine with Taurus',
    ...engine('taurus'),
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
    wantedFor: 'running plans of JMeter, and comparing the native engine with it',
    ...engine('jmeter'),
  },
  {
    name: 'schemathesis',
    wantedFor: 'fuzzing the API from its own description',
    find: () => findInVenv('schemathesis', 'schemathesis', `schemathesis==${SCHEMATHESIS_VERSION}`),
    install: { from: 'pip', requirements: [`schemathesis==${SCHEMATHESIS_VERSION}`], folder: 'schemathesis' },
  },
  {
    name: 'moto',
    wantedFor: 'the adapters for AWS, against services that it imitates',
    find: () => findInVenv('moto', 'moto_server', `moto[server]==${MOTO_VERSION}`),
    install: { from: 'pip', requirements: [`moto[server]==${MOTO_VERSION}`], folder: 'moto' },
  },
  {
    name: 'dynamodb-local',
    wantedFor: "the stores on AWS, against Amazon's own DynamoDB Local",
    ...jars('dynamodb-local'),
  },
  { name: 'elasticmq', wantedFor: 'the run queue on AWS, against a queue with real visibility', ...jars('elasticmq') },
  {
    name: 'minio',
    wantedFor: 'the object store on AWS, against an S3 that checks its conditions',
    find: () => findVersioned('minio', 'minio', MINIO_VERSION),
    install: { from: 'go', module: `github.com/minio/minio@${MINIO_VERSION}`, folder: 'minio' },
  },
  {
    name: 'cfn-lint',
    wantedFor: 'checking the templates of the AWS deployment',
    find: () => findInVenv('cfn-lint', 'cfn-lint', `cfn-lint==${CFN_LINT_VERSION}`),
    install: { from: 'pip', requirements: [`cfn-lint==${CFN_LINT_VERSION}`], folder: 'cfn-lint' },
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
  ...['buildah', 'debootstrap', 'podman', 'runc'].map(
    (name): Tool => ({
      name,
      wantedFor: "building the load generator's images and running tasks in them",
      find: () => findProgram(name),
      install: { from: 'system', aptPackage: name, brewPackage: null },
    }),
  ),
  {
    name: 'netavark',
    wantedFor: "the network of podman's and buildah's containers",
    find: () => findProgram('netavark', ['/usr/lib/podman', '/usr/libexec/podman']),
    install: { from: 'system', aptPackage: 'netavark', brewPackage: null },
  },
  {
    name: 'image bases',
    wantedFor: "building the load generator's images without a registry of images",
    find: () => findImageBases(toolsFolder),
    install: { from: 'debootstrap' },
  },
];

/** The tool of that name. */
export function toolNamed(name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new Error(`tools/tools.ts knows no tool named ${name}`);
  return tool;
}
