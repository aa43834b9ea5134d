/** `loadstar scenarios create` and `upload`: Taurus files, and scripts or archives that scenarios are made of. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { ScenarioResource } from '../../core/api/scenarios.ts';
import { type FieldProblem, LoadstarError } from '../../core/errors.ts';
import { findScenarioId } from '../remote/find-scenario.ts';
import { readDocument } from '../remote/read-document.ts';
import { createScenario } from '../remote/store-scenario.ts';
import { createFromFile, isArchive, isUploadable, replaceByFile } from '../remote/upload-script.ts';
import { printable } from '../terminal/text.ts';
import { type CliContext, collect, openClient, print, type ReadingOptions, readingCommand } from './client-command.ts';
import { readOverrides } from './run-options.ts';
import { nameAndId, printWarnings } from './stored-scenario.ts';

interface CreateOptions extends ReadingOptions {
  set?: string[];
  name?: string;
  main?: string;
  concurrency?: number;
  throughput?: number;
  rampUp?: string;
  holdFor?: string;
  iterations?: number;
}

const scriptOptions = ['name', 'main', 'concurrency', 'throughput', 'rampUp', 'holdFor', 'iterations'] as const;

export function createCommand(context: CliContext): Command {
  return readingCommand(
    'create',
    'Stores Taurus files, a script, or a zip with all that a script needs, as a new scenario.',
  )
    .argument('<FILE...>', 'Taurus files; or one .jmx, .js, .ts, .py or .zip')
    .option('--set <key=value>', 'change a setting of Taurus files (repeatable)', collect)
    .option('--name <NAME>', 'of the scenario of a script')
    .option('--main <PATH>', 'the script to run, when several of a zip could be it')
    .option('--concurrency <N>', 'users, in place of what the script says', readNumber)
    .option('--throughput <N>', 'requests per second at most', readNumber)
    .option('--ramp-up <TIME>', 'such as 1m30s')
    .option('--hold-for <TIME>', 'such as 10m')
    .option('--iterations <N>', 'of each user', readNumber)
    .action(async (paths: string[], options: CreateOptions) => {
      const scenario = await create(paths, options, context);
      print(scenario, options.output, context.outputs, () => `created ${nameAndId(scenario)}\n`);
      printWarnings(scenario, context.outputs);
    });
}

export function uploadCommand(context: CliContext): Command {
  return readingCommand('upload', 'Stores files with a scenario. What they replace is kept as an earlier version.')
    .argument('<SCENARIO>', 'id or name')
    .argument('<FILE...>', 'files, stored by their names; a .zip is unpacked')
    .option('--as <PATH>', 'where the one file lies in the scenario, such as data/users.csv')
    .option('--script', 'the one file takes the place of the script that the scenario runs')
    .option('--main <PATH>', 'the script to run, when several of a zip could be it')
    .action(async (idOrName: string, paths: string[], options: UploadOptions) => {
      const client = await openClient(options, context);
      checkUpload(paths, options);
      const id = await findScenarioId(client, idOrName);
      for (const path of paths) {
        if (options.script === true || isArchive(path)) await replaceByFile(client, id, path, mainOf(options));
        else await client.putFile(id, options.as ?? basename(path), await read(path));
      }
      const scenario = await client.getScenario(id);
      const stored = paths.map((path) => printable(basename(path))).join(', ');
      print(scenario, options.output, context.outputs, () => `stored ${stored} with ${nameAndId(scenario)}\n`);
    });
}

interface UploadOptions extends ReadingOptions {
  as?: string;
  script?: boolean;
  main?: string;
}

async function create(paths: string[], options: CreateOptions, context: CliContext): Promise<ScenarioResource> {
  const [path = ''] = paths;
  const isScript = paths.length === 1 && isUploadable(path);
  checkCreate(isScript, options);
  if (!isScript) {
    const local = await readDocument(paths, readOverrides(options.set ?? []));
    return (await createScenario(await openClient(options, context), local)).scenario;
  }
  const { name, concurrency, throughput, rampUp, holdFor, iterations } = options;
  const load = definedOf({ concurrency, throughput, rampUp, holdFor, iterations });
  const asked = { ...definedOf({ name }), ...mainOf(options), ...(Object.keys(load).length > 0 ? { load } : {}) };
  return createFromFile(await openClient(options, context), path, asked);
}

function checkCreate(isScript: boolean, options: CreateOptions): void {
  const fields: FieldProblem[] = isScript
    ? (options.set ?? []).map(() => ({ path: '--set', message: 'is for Taurus files' }))
    : scriptOptions
        .filter((name) => options[name] !== undefined)
        .map((name) => ({ path: flagOf(name), message: 'is for one script or zip; --set changes Taurus files' }));
  throwIfAny(fields);
}

function checkUpload(paths: readonly string[], { as: place, script, main }: UploadOptions): void {
  const fields: FieldProblem[] = [];
  const isOne = paths.length === 1;
  const hasArchive = paths.some(isArchive);
  if (place !== undefined && (!isOne || hasArchive || script))
    fields.push({ path: '--as', message: 'is for one plain file' });
  if (script && !isOne) fields.push({ path: '--script', message: 'is for one file' });
  if (main !== undefined && !hasArchive) fields.push({ path: '--main', message: 'is for a zip' });
  throwIfAny(fields);
}

function throwIfAny(fields: readonly FieldProblem[]): void {
  if (fields.length > 0) throw new LoadstarError('option_invalid', 'The command line is not valid.', { fields });
}

function readNumber(text: string): number {
  const number = Number(text);
  if (/^\d{1,9}(\.\d{1,6})?$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('A number is expected.');
}

async function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: Error) => {
    throw new LoadstarError('scenario_unreadable', `${path} cannot be read: ${cause.message}`, { cause });
  });
}

function mainOf({ main }: { main?: string }): { main?: string } {
  return definedOf({ main });
}

/** Without what is not there. */
function definedOf<Value extends object>(value: Value): { [Key in keyof Value]?: NonNullable<Value[Key]> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
