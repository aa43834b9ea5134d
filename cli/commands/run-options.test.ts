import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import { type RawRunOptions, readRunOptions } from './run-options.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-options-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function problemsOf(raw: RawRunOptions): Promise<string[]> {
  try {
    await readRunOptions(raw);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(LoadstarError);
    expect((error as LoadstarError).code).toBe('option_invalid');
    return (error as LoadstarError).fields.map(({ path, message }) => `${path} ${message}`);
  }
}

describe('the options of loadstar run', () => {
  it('reads what is right', async () => {
    const report = join(folder, 'out.json');
    const out = join(folder, 'new', 'folder');
    const set = ['execution.0.hold-for=1m', 'a=b=c', 'empty='];
    expect(await readRunOptions({ tasks: '4', regions: 'eu-west, us-east', set, report, out, quiet: true })).toEqual({
      tasks: 4,
      regions: ['eu-west', 'us-east'],
      overrides: [
        { key: 'execution.0.hold-for', value: '1m' },
        { key: 'a', value: 'b=c' },
        { key: 'empty', value: '' },
      ],
      reportFile: report,
      outFolder: out,
      quiet: true,
    });
    expect(await readRunOptions({})).toMatchObject({ tasks: null, regions: null, quiet: false });
  });

  it('names every option that is wrong at once', async () => {
    await mkdir(join(folder, 'full'));
    await writeFile(join(folder, 'full', 'file'), '');
    const problems = await problemsOf({
      tasks: '0',
      regions: 'eu west,,eu-1,eu-1',
      set: ['nonsense', '=x'],
      report: folder,
      out: join(folder, 'full'),
    });
    expect(problems).toEqual([
      '--tasks takes a whole number from 1 to 10000, not "0"',
      expect.stringContaining('--regions takes names of lower case letters'),
      expect.stringContaining('"" is none'),
      '--regions names a region twice',
      expect.stringContaining('--set takes key=value'),
      expect.stringContaining('not "=x"'),
      `--report ${folder} is a folder; name a file`,
      expect.stringContaining('is not empty'),
    ]);
  });

  it('refuses numbers that are none', async () => {
    for (const tasks of ['', '1.5', '-1', '1e3', '10001', '99999999999', 'four']) {
      expect(await problemsOf({ tasks }), tasks).toHaveLength(1);
    }
  });

  it('finds out before the run that nothing can be written', async () => {
    const file = join(folder, 'plain-file');
    await writeFile(file, '');
    expect(await problemsOf({ report: join(folder, 'missing', 'out.json') })).toHaveLength(1);
    expect(await problemsOf({ report: join(file, 'out.json') })).toHaveLength(1);
    expect(await problemsOf({ report: file })).toEqual([]);
    expect(await problemsOf({ out: file })).toEqual([`--out ${file} is not a folder`]);
    expect(await problemsOf({ out: join(file, 'in', 'a', 'file') })).toHaveLength(1);
    await mkdir(join(folder, 'empty'));
    expect(await problemsOf({ out: join(folder, 'empty') })).toEqual([]);
  });
});
