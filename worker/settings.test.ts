import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../core/errors.ts';
import { readSettings } from './settings.ts';

const argv = ['--run-folder', 'file:///runs/r1', '--region', 'local', '--task', '2'];
const runFolder = { kind: 'file', path: '/runs/r1' };
const settings = { runFolder, id: { region: 'local', task: 2 }, runToken: null, runId: null, secrets: null };

function problemsOf(args: string[], environment: Record<string, string> = {}): string[] {
  try {
    readSettings(args, environment);
  } catch (error) {
    expect(error).toBeInstanceOf(LoadstarError);
    if (error instanceof LoadstarError) {
      expect(error.code).toBe('option_invalid');
      for (const { path, message } of error.fields) expect(error.message).toContain(`${path}: ${message}`);
      return error.fields.map(({ path }) => path);
    }
  }
  throw new Error('these settings were taken');
}

describe('readSettings', () => {
  it('reads arguments', () => {
    expect(readSettings(argv, {})).toEqual(settings);
    expect(readSettings(['--run-folder=file:///runs/r1', '--region=local', '--task=2'], {})).toEqual(settings);
  });

  it('reads the environment, over which arguments win', () => {
    const environment = {
      LOADSTAR_RUN_FOLDER: 'file:///runs/r1',
      LOADSTAR_REGION: 'eu-west-1',
      LOADSTAR_TASK: '9999',
      LOADSTAR_RUN_TOKEN: 'secret',
      LOADSTAR_RUN_ID: 'run-1',
    };
    expect(readSettings([], environment)).toEqual({
      runFolder,
      id: { region: 'eu-west-1', task: 9999 },
      runToken: 'secret',
      runId: 'run-1',
      secrets: null,
    });
    expect(readSettings(['--region', 'local', '--task', '2'], environment).id).toEqual(settings.id);
  });

  it('reads secrets from the environment, and repeats nothing of what cannot be read', () => {
    const secrets = (text: string) => readSettings(argv, { LOADSTAR_SECRETS: text }).secrets;
    expect(secrets('{"KEY": "a value", "B": ""}')).toEqual(
      new Map([
        ['KEY', 'a value'],
        ['B', ''],
      ]),
    );
    expect(secrets('')).toBeNull();
    for (const text of ['{"KEY": "a value"', '["a value"]', '{"KEY": 7}', 'a value']) {
      expect(problemsOf(argv, { LOADSTAR_SECRETS: text })).toEqual(['LOADSTAR_SECRETS']);
      expect(() => secrets(text)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('a value') }));
    }
  });

  it('names everything that is missing or wrong at once', () => {
    expect(problemsOf(argv, { LOADSTAR_RUN_ID: 'runs/1' })).toEqual(['LOADSTAR_RUN_ID']);
    expect(problemsOf([])).toEqual(['--run-folder', '--region', '--task']);
    expect(problemsOf(['--run-folder', 'nowhere', '--region', 'No', '--task', '-1'.replace('-', '=')])).toEqual([
      '--run-folder',
      '--region',
      '--task',
    ]);
    expect(problemsOf([], { LOADSTAR_RUN_FOLDER: '', LOADSTAR_REGION: 'a', LOADSTAR_TASK: '0' })).toEqual([
      '--run-folder',
    ]);
  });

  it.each(['s3://bucket/run', 'https://user:pw@host/run', 'relative/path', '', 'file://host/share'])(
    'refuses the run folder %j',
    (url) => {
      expect(problemsOf(['--run-folder', url, '--region', 'local', '--task', '0'])).toEqual(['--run-folder']);
      try {
        readSettings(['--run-folder', url, '--region', 'local', '--task', '0'], {});
      } catch (error) {
        expect((error as Error).message).not.toContain('pw');
      }
    },
  );

  it.each(['../escape', 'a/b', 'UPPER', '-a', 'a-', 'ü', 'a'.repeat(64)])('refuses the region %j', (region) => {
    expect(problemsOf(['--run-folder', 'file:///r', `--region=${region}`, '--task', '0'])).toEqual(['--region']);
  });

  it.each(['10000', '1.5', '1e3', 'one', ' 1', '0x1', '99999999999999999999'])('refuses the task %j', (task) => {
    expect(problemsOf(['--run-folder', 'file:///r', '--region', 'a', `--task=${task}`])).toEqual(['--task']);
  });

  it('refuses arguments it does not know', () => {
    expect(problemsOf([...argv, '--fast'])).toEqual(['arguments']);
    expect(problemsOf([...argv, 'more'])).toEqual(['arguments']);
  });
});
