/**
 * `npm run tools`: installs what some tests and benches need beyond npm, all at once, and leaves alone what is there. With CI=true a tool that
 * cannot be installed is a failure; elsewhere it is said, and the tests that need it are skipped.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installEngine } from '../engines/install/install-engine.ts';
import type { InstalledName } from '../engines/install/recipe.ts';
import { recipes } from '../engines/install/recipes.ts';
import { answers } from '../engines/install/requirements.ts';
import { makePythonEnvironment } from '../engines/install/taurus.ts';
import { runProgram } from '../engines/run-program.ts';
import { openFileLock } from '../server/adapters/local/file-lock.ts';
import { installImageBases } from './image-bases.ts';
import { enginesFolder, type Tool, tools, toolsFolder } from './tools.ts';

const silent = { step: () => {}, line: () => {} };

async function installSystemPackages(wanted: Tool[]): Promise<void> {
  const packages = wanted.map(({ install }) => (install.from === 'system' ? install : null)).filter((p) => p !== null);
  if (packages.length === 0) return;
  if (answers(['apt-get', '--version'])) {
    const root = process.getuid?.() === 0;
    const apt = async (...args: string[]): Promise<void> => {
      const options = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
      if (root) await runProgram('apt-get', args, options);
      else await runProgram('sudo', ['-n', 'apt-get', ...args], options);
    };
    await apt('update', '-q');
    await apt('install', '-y', '-q', '--no-install-recommends', ...packages.map((p) => p.aptPackage));
  } else if (answers(['brew', '--version'])) {
    await runProgram('brew', ['install', ...packages.flatMap((p) => p.brewPackage ?? [])]);
  } else {
    throw new Error(`install by hand: ${packages.map((p) => p.aptPackage).join(' ')}`);
  }
}

async function installFromPip(requirements: string[], folder: string): Promise<void> {
  const venv = join(toolsFolder, folder);
  rmSync(venv, { recursive: true, force: true });
  await makePythonEnvironment(venv, silent, ...requirements);
  writeFileSync(join(venv, 'version'), `${requirements[0]}\n`);
}

async function installFromMaven(pom: string, folder: string): Promise<void> {
  const target = join(toolsFolder, folder);
  rmSync(target, { recursive: true, force: true });
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  await runProgram('mvn', ['-B', '-q', '-f', pom, goal, `-DoutputDirectory=${join(target, 'lib')}`]);
  writeFileSync(join(target, 'version'), readFileSync(pom));
}

async function installFromGo(module: string, folder: string): Promise<void> {
  const target = join(toolsFolder, folder);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const build = ['install', '-trimpath', '-ldflags=-s -w', module];
  await runProgram('go', build, { env: { GOBIN: target, CGO_ENABLED: '0' } });
  writeFileSync(join(target, 'version'), `${module.split('@')[1]}\n`);
}

async function installAsEngine(name: InstalledName): Promise<void> {
  await installEngine(recipes[name], { folder: enginesFolder, progress: silent, openLock: openFileLock });
}

async function main(): Promise<number> {
  mkdirSync(toolsFolder, { recursive: true });
  const missing = tools.filter((tool) => tool.find() === null);
  for (const tool of tools) if (!missing.includes(tool)) console.log(`${tool.name}: there`);

  const jobs: { names: string; done: Promise<void> }[] = [];
  const system = missing.filter((tool) => tool.install.from === 'system');
  const systemPackages = installSystemPackages(system);
  if (system.length > 0) jobs.push({ names: system.map((tool) => tool.name).join(', '), done: systemPackages });
  for (const { name, install } of missing) {
    if (install.from === 'pip') {
      jobs.push({ names: name, done: installFromPip(install.requirements, install.folder) });
    } else if (install.from === 'engine') {
      const { engine } = install;
      // Java and Maven are among those.
      const before = engine === 'jmeter' ? systemPackages : Promise.resolve();
      jobs.push({ names: name, done: before.then(() => installAsEngine(engine)) });
    } else if (install.from === 'maven') {
      jobs.push({ names: name, done: systemPackages.then(() => installFromMaven(install.pom, install.folder)) });
    } else if (install.from === 'go') {
      jobs.push({ names: name, done: installFromGo(install.module, install.folder) });
    } else if (install.from === 'debootstrap') {
      jobs.push({ names: name, done: systemPackages.then(() => installImageBases(toolsFolder)) });
    }
  }

  let failed = 0;
  await Promise.all(
    jobs.map(async ({ names, done }) => {
      const startedAt = performance.now();
      try {
        await done;
        console.log(`${names}: installed in ${Math.round((performance.now() - startedAt) / 1000)} s`);
      } catch (error) {
        failed++;
        console.error(`${names}: could not be installed. ${error instanceof Error ? error.message : error}`);
      }
    }),
  );
  for (const tool of tools) {
    if (tool.find() === null) console.error(`${tool.name} is missing: no ${tool.wantedFor}`);
  }
  return failed > 0 && process.env.CI === 'true' ? 1 : 0;
}

process.exitCode = await main();
