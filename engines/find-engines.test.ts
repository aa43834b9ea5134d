import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enginesFolderOf } from './engines-folder.ts';
import { findEngine, requireEngine } from './find-engines.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'loadstar-engines-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A program that answers whatever it is asked. */
function program(path: string, answer: string, mode = 0o755): string {
  const absolute = join(root, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, `#!/bin/sh\nprintf '%s\\n' '${answer}'\n`, { mode });
  chmodSync(absolute, mode);
  return absolute;
}

const places = (env: NodeJS.ProcessEnv = {}) => ({
  folder: join(root, 'engines'),
  env: { ...env, PATH: ['relative', join(root, 'bin')].join(delimiter) },
});

/** As JMeter says it, behind a warning and a drawing. */
const jmeterAnswer = (version: string) =>
  `WARN package scanning 1.0 is deprecated\n /_/ \\_\\_| |_| \\_\\ ${version}\n\nCopyright (c) 1999-2024`;

describe('an engine', () => {
  it('is what its setting names, else what is installed, else what is on the PATH', () => {
    expect(findEngine('jmeter', places())).toBeNull();
    const onPath = program('bin/jmeter', jmeterAnswer('5.4.1'));
    expect(findEngine('jmeter', places())).toEqual({ name: 'jmeter', version: '5.4.1', path: onPath, source: 'path' });
    const installed = program('engines/jmeter/bin/jmeter', jmeterAnswer('5.6.3'));
    expect(findEngine('jmeter', places())).toMatchObject({ version: '5.6.3', path: installed, source: 'installed' });
    const named = program('elsewhere/jmeter.sh', jmeterAnswer('5.7-SNAPSHOT'));
    expect(findEngine('jmeter', places({ LOADSTAR_JMETER: named }))).toMatchObject({
      version: '5.7-SNAPSHOT',
      path: named,
      source: 'setting',
    });
  });

  it('that was installed anew behind its link tells its new version', () => {
    program('engines/k6-1/k6', 'k6 v1.8.1 (go1.26.8, linux/amd64)');
    symlinkSync('k6-1', join(root, 'engines', 'k6'));
    expect(findEngine('k6', places())?.version).toBe('1.8.1');
    program('engines/k6-2/k6', 'k6 v1.9.0 (go1.26.8, linux/amd64)');
    rmSync(join(root, 'engines', 'k6'));
    symlinkSync('k6-2', join(root, 'engines', 'k6'));
    expect(findEngine('k6', places())).toMatchObject({ version: '1.9.0', path: join(root, 'engines', 'k6', 'k6') });
  });

  it('of Python is the one that a bzt on the PATH belongs to', () => {
    const python = program('venv/bin/python', 'version 1.17.2');
    const script = program('bin/bzt', '');
    writeFileSync(script, `#!${python}\nimport bzt\n`);
    for (const name of ['taurus', 'locust'] as const) {
      expect(findEngine(name, places())).toEqual({ name, version: '1.17.2', path: python, source: 'path' });
    }
  });

  it('is not taken from elsewhere when its setting is wrong', () => {
    program('bin/k6', 'k6 v1.8.1 (go1.26.8, linux/amd64)');
    const wrong = [
      join(root, 'nowhere'),
      root,
      'bin/k6',
      program('not-allowed', 'k6 v1.8.1', 0o644),
      program('other', 'curl 8.1'),
    ];
    for (const named of wrong) {
      expect(findEngine('k6', places({ LOADSTAR_K6: named }))).toBeNull();
      expect(() => requireEngine('k6', places({ LOADSTAR_K6: named }))).toThrow(
        expect.objectContaining({
          code: 'engine_missing',
          message: expect.stringContaining(`LOADSTAR_K6 names ${named}`),
        }),
      );
    }
  });

  it('that is missing, or is there and does not run, is an error that names the command', () => {
    expect(() => requireEngine('jmeter', places())).toThrow(
      'JMeter is not installed here: loadstar engines install jmeter',
    );
    expect(() => requireEngine('locust', places())).toThrow(
      'Locust is not installed here: loadstar engines install locust',
    );
    const broken = program('engines/taurus/bin/python', 'No module named bzt');
    expect(() => requireEngine('taurus', places())).toThrow(
      `${broken} is there, but it does not run as a Python with bzt`,
    );
  });
});

describe('the folder of engines', () => {
  it('is what the variable says, else in the data directory', () => {
    expect(enginesFolderOf({}, '/work')).toBe('/work/.loadstar/engines');
    expect(enginesFolderOf({ LOADSTAR_HOME: 'data' }, '/work')).toBe('/work/data/engines');
    expect(enginesFolderOf({ LOADSTAR_HOME: 'data', LOADSTAR_ENGINES: '../opt' }, '/work')).toBe('/opt');
    expect(enginesFolderOf({ LOADSTAR_ENGINES: '' }, '/work')).toBe('/work/.loadstar/engines');
  });
});
