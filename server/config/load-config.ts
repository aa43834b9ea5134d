/** Reads the configuration once, at start: its file, then environment variables, which win. Every mistake is listed, with where it was made. */
import { dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { type FieldProblem, LoadstarError } from '../../core/errors.ts';
import { didYouMean, nearestWord } from '../../core/input/near-spelling.ts';
import { type Path, pathText } from '../../core/input/problems.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { type ConfigSettings, configSchema } from './schema.ts';
import { ANY_NAME, listSettings } from './settings.ts';
import { CONFIG_VARIABLE, HOME_DEFAULT, HOME_VARIABLE, type Variable, variables } from './variables.ts';

export interface Config extends ConfigSettings {
  /** Absolute path of the folder that all data lies in. */
  home: string;
}

export interface ConfigSources {
  /** `process.env`. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path that others are relative to: `process.cwd()`. */
  workingFolder: string;
}

/** Throws `config_invalid` with all mistakes. `warnings`: what looks like one, for people. */
export function loadConfig(sources: ConfigSources): { config: Config; warnings: string[] } {
  const { environment, workingFolder } = sources;
  const home = resolve(workingFolder, environment[HOME_VARIABLE] || HOME_DEFAULT);
  const named = environment[CONFIG_VARIABLE] || null;
  const path = named === null ? join(home, 'config.yaml') : resolve(workingFolder, named);
  const file = readConfigFile(path, named !== null);
  const set = variables.filter(({ name }) => environment[name]);
  const values = structuredClone(file.values);
  resolveFiles(values, dirname(path));
  for (const variable of set) {
    const value = variable.read(environment[variable.name] ?? '');
    put(values, variable.path, variable.isFile ? resolve(workingFolder, String(value)) : value);
  }
  const { success, data, error } = configSchema.safeParse(values, { reportInput: true });
  const problems = [...file.problems];
  if (!success) problems.push(...error.issues.flatMap((issue) => problemsOf(issue, { file, set })));
  if (problems.length > 0 || !success) throw invalid(problems);
  return { config: { ...data, home }, warnings: unknownVariables(environment) };
}

function invalid(fields: FieldProblem[]): LoadstarError {
  const [first] = fields;
  const others = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  const message = `The configuration is not valid: ${first?.path}: ${first?.message}${others}`;
  return new LoadstarError('config_invalid', message, { fields });
}

/** Paths in the file are relative to its folder. */
function resolveFiles(values: Record<string, unknown>, folder: string): void {
  for (const { path, isFile } of variables) {
    const [parent = '', key = ''] = path.map(String);
    const holder = values[parent];
    if (isFile && isMapping(holder) && typeof holder[key] === 'string' && holder[key] !== '') {
      holder[key] = resolve(folder, holder[key]);
    }
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A setting around it that is no mapping (a mistake in the file) stays as it is, to be named. */
function put(values: Record<string, unknown>, path: Path, value: unknown): void {
  const [key = '', inner] = path.map(String);
  if (inner === undefined) {
    values[key] = value;
    return;
  }
  const holder = values[key] ?? {};
  values[key] = isMapping(holder) ? { ...holder, [inner]: value } : holder;
}

interface Origins {
  file: ConfigFile;
  /** Variables that are set. */
  set: readonly Variable[];
}

function problemsOf(issue: z.core.$ZodIssue, origins: Origins): FieldProblem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: placeOf([...path, key], origins),
      message: `is not a setting${didYouMean(key, settingsBeside(path))}`,
    }));
  }
  if (issue.code === 'invalid_key') {
    return [{ path: placeOf(path, origins), message: 'a name has lower case letters, digits and dashes, at most 63' }];
  }
  const message = issue.code === 'invalid_type' && issue.input === undefined ? 'is missing' : lowered(issue.message);
  return [{ path: placeOf(path, origins), message }];
}

/** `A URL is expected.` reads on after a path as `a URL is expected`. */
function lowered(message: string): string {
  return `${message.slice(0, 1).toLowerCase()}${message.slice(1).replace(/\.$/, '')}`;
}

/** `LOADSTAR_PORT`, or `config.yaml:3:7 port`. */
function placeOf(path: Path, { file, set }: Origins): string {
  const covers = (outer: Path, inner: Path) => outer.every((part, i) => inner[i] === part);
  const variable = set.find((each) => covers(each.path, path));
  if (variable !== undefined) return variable.name;
  // What is missing beside a variable that is set would be set by a variable too.
  const beside = set.some((each) => each.path.length > 1 && each.path[0] === path[0]);
  const missing = beside
    ? variables.find((each) => covers(path, each.path) && each.path.length === path.length)
    : undefined;
  return missing?.name ?? `${file.placeOf(path)} ${pathText(path)}`.trim();
}

/** The settings that a mapping at this path may hold. */
function settingsBeside(path: Path): string[] {
  const around = listSettings().filter((setting) =>
    path.every((part, i) => [part, ANY_NAME].includes(setting.path[i] ?? '')),
  );
  return [...new Set(around.flatMap((setting) => setting.path[path.length] ?? []))];
}

/** Variables that differ from a known one by a letter or two. Others are none of ours: tasks and clients have some too. */
function unknownVariables(environment: ConfigSources['environment']): string[] {
  const known = [HOME_VARIABLE, CONFIG_VARIABLE, ...variables.map(({ name }) => name)];
  const words = new Map(known.map((name) => [name.replaceAll('_', '-').toLowerCase(), name]));
  return Object.keys(environment).flatMap((name) => {
    if (!name.startsWith('LOADSTAR_') || known.includes(name)) return [];
    const meant = nearestWord(name, words.keys());
    return meant === null ? [] : [`${name} is not a setting; did you mean ${words.get(meant)}?`];
  });
}
