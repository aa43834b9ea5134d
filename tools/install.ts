/**
 * `npm run tools`: installs what some tests and benches need beyond npm, all at once, and leaves alone what is there. With CI=true a tool that
 * cannot be installed is a failure; elsewhere it is said, and the tests that need it are skipped.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installJmeter } from './install-jmeter.ts';
import { runProgram } from './run-program.ts';
import { answers, type Tool, tools, toolsFolder } from './tools.ts';

async function installSystemPackages(wanted: Tool[]): Promise<void> {
  const packages = wanted.map(({ install }) => (install.from === 'system' ? install : null)).filter((p) => p !== null);
  if (packages.length === 0) return;
  if (answers('apt-get', ['--version'])) {
    const root = process.getuid?.() === 0;
    const apt = async (...args: string[]): Promise<void> => {
      const environment = { DEBIAN_FRONTEND: 'noninteractive' };
      if (root) await runProgram('apt-get', args, environment);
      else await runProgram('sudo', ['-n', 'apt-get', ...args], environment);
    };
    await apt('update', '-q');
    await apt('install', '-y', '-q', '--no-install-recommends', ...packages.map((p) => p.aptPackage));
  } else if (answers('brew', ['--version'])) {
    await runProgram('brew', ['install', ...packages.map((p) => p.brewPackage)]);
  } else {
    throw new Error(`install by hand: ${packages.map((p) => p.aptPackage).join(' ')}`);
  }
}

async function installFromPip(requirements: string[], folder: string): Promise<void> {
  const venv = join(toolsFolder, folder);
  rmSync(venv, { recursive: true, force: true });
  await runProgram('python3', ['-m', 'venv', venv]);
  await runProgram(join(venv, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...requirements]);
  writeFileSync(join(venv, 'version'), `${requirements[0]}\n`);
}

async function installFromGo(name: string, module: string): Promise<void> {
  const bin = join(toolsFolder, 'bin');
  await runProgram('go', ['install', '-trimpath', '-ldflags=-s -w', module], { GOBIN: bin, CGO_ENABLED: '0' });
  writeFileSync(join(bin, `${name}.version`), `${module.split('@')[1]}\n`);
}

async function main(): Promise<number> {
  mkdirSync(join(toolsFolder, 'bin'), { recursive: true });
  const missing = tools.filter((tool) => tool.find() === null);
  for (const tool of tools) if (!missing.includes(tool)) console.log(`${tool.name}: there`);

  const jobs: { names: string; done: Promise<void> }[] = [];
  const system = missing.filter((tool) => tool.install.from === 'system');
  const systemPackages = installSystemPackages(system);
  if (system.length > 0) jobs.push({ names: system.map((tool) => tool.name).join(', '), done: systemPackages });
  for (const { name, install } of missing) {
    if (install.from === 'pip') {
      jobs.push({ names: name, done: installFromPip(install.requirements, install.folder) });
    } else if (install.from === 'go') {
      jobs.push({ names: name, done: installFromGo(name, install.module) });
    } else if (install.from === 'maven') {
      jobs.push({ names: name, done: systemPackages.then(() => installJmeter(join(toolsFolder, install.folder))) });
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
