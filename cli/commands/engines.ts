/** `loadstar engines` */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Argument, Command } from 'commander';
import { type EngineName, type EngineProgram, engineNames } from '../../engines/engine-program.ts';
import { ENGINES_VARIABLE, enginesFolderOf } from '../../engines/engines-folder.ts';
import { engineKinds, lookFor } from '../../engines/find-engines.ts';
import { installEngine } from '../../engines/install/install-engine.ts';
import type { Recipe } from '../../engines/install/recipe.ts';
import { recipeOf } from '../../engines/install/recipes.ts';
import { openFileLock } from '../../server/adapters/local/file-lock.ts';
import { installProgress } from '../engines/install-progress.ts';
import { cell, table } from '../remote/tables.ts';
import { writeJson } from '../remote/write-json.ts';
import type { Column } from '../summary/table.ts';
import { formatSpan } from '../terminal/numbers.ts';
import { printable } from '../terminal/text.ts';
import type { CliContext } from './client-command.ts';

const help = `
They go into the folder of engines: LOADSTAR_ENGINES, else engines in the data directory (LOADSTAR_HOME, default .loadstar). Locust comes with
Taurus. docs/engines.md says what is fetched from where, and how to bring your own.
`;

export function enginesCommand(context: CliContext): Command {
  const list = new Command('list')
    .description('Shows which tools of the Taurus engine are here, in which version, and where.')
    .option('--json', 'as JSON')
    .action(({ json = false }: { json?: boolean }) => listEngines(json, context));
  const names = new Argument('<NAME...>', 'what to install').choices([...engineNames, 'all']);
  const install = new Command('install')
    .description('Installs tools from their package registries; what is there already stays.')
    .addArgument(names)
    .addHelpText('after', help)
    .action((chosen: (EngineName | 'all')[]) => installEngines(chosen, context));
  return new Command('engines')
    .summary('the tools that Taurus drives: JMeter, k6, Locust')
    .description('Finds and installs what scenarios with scripts need: Taurus, JMeter, k6, Locust.')
    .addCommand(list)
    .addCommand(install);
}

const columns: Column[] = [
  { title: 'engine', align: 'left', dropOrder: 0 },
  { title: 'version', align: 'left', dropOrder: 0 },
  { title: 'found', align: 'left', dropOrder: 2 },
  { title: 'where', align: 'left', dropOrder: 1 },
];

const foundBy: Record<EngineProgram['source'], string> = {
  installed: 'installed',
  setting: 'by its variable',
  path: 'on the PATH',
};

function listEngines(json: boolean, { environment, workingFolder, outputs }: CliContext): void {
  const folder = enginesFolderOf(environment, workingFolder);
  const looked = engineNames.map((name) => ({ name, found: lookFor(name, { folder, env: environment }) }));
  if (json) {
    const engines = looked.map(({ name, found }) =>
      typeof found === 'string'
        ? { name, version: null, path: null, source: null, missing: found }
        : { ...found, missing: null },
    );
    writeJson({ folder, engines }, outputs.results);
    return;
  }
  const rows = looked.map(({ name, found }) => {
    const { title } = engineKinds[name];
    if (typeof found === 'string') return [cell(title), cell('missing'), cell(''), cell('')];
    return [cell(title), cell(found.version), cell(foundBy[found.source]), cell(found.path)];
  });
  outputs.results.write(table(columns, rows, '', outputs.results));
  for (const { found } of looked) if (typeof found === 'string') outputs.results.write(`\n${printable(found)}`);
  if (looked.some(({ found }) => typeof found === 'string')) outputs.results.write('\n');
}

async function installEngines(chosen: readonly (EngineName | 'all')[], context: CliContext): Promise<void> {
  const { environment, workingFolder, outputs } = context;
  const folder = enginesFolderOf(environment, workingFolder);
  // A data directory that is not there yet is for its owner only, whoever makes it.
  if (!environment[ENGINES_VARIABLE]) mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  const names = engineNames.filter((name) => chosen.includes('all') || chosen.includes(name));
  const failures: unknown[] = [];
  for (const recipe of new Set(names.map(recipeOf))) {
    const startedAtMs = performance.now();
    const progress = installProgress(recipe.title, outputs.messages);
    try {
      const isNew = await installEngine(recipe, { folder, progress, openLock: openFileLock });
      progress.end();
      const seconds = Math.ceil((performance.now() - startedAtMs) / 1000);
      outputs.results.write(
        `${versionsText(recipe)}: ${isNew ? `installed in ${formatSpan(seconds)}` : 'is there already'}\n`,
      );
    } catch (error) {
      progress.end();
      // One does not keep the others from being installed.
      failures.push(error);
    }
  }
  outputs.messages.write(`In ${printable(folder)}\n`);
  if (failures.length > 0) throw new AggregateError(failures);
}

/** `Taurus 1.17.2, Locust 2.47.0` */
function versionsText({ versions }: Recipe): string {
  const texts = engineNames.flatMap((name) => {
    const version = versions[name];
    return version === undefined ? [] : [`${engineKinds[name].title} ${version}`];
  });
  return texts.join(', ');
}
