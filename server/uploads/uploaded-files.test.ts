import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { rawZip, sourceOf } from './fixtures/raw-zip.ts';
import { readUploadedFiles } from './uploaded-files.ts';

const taurus = 'execution: [{scenario: {script: tests/shop.jmx}}]';

async function read(bytes: Uint8Array, { name = 'tests.zip', main = null as string | null } = {}) {
  const { files, isDocument, main: found } = await readUploadedFiles(sourceOf(bytes), { name, main });
  return { main: found, isDocument, paths: files.map(({ path }) => path) };
}

/** An archive of these files; `main` and the rest as `read` tells them, or the candidates of what is unclear. */
async function readZip(names: readonly string[], main: string | null = null) {
  const bytes = rawZip(names.map((name) => ({ name, content: name.endsWith('yml') ? taurus : 'x' })));
  const result: unknown = await read(bytes, { main }).catch((error: unknown) => error);
  if (!(result instanceof LoadstarError)) return result as Awaited<ReturnType<typeof read>>;
  return { code: result.code, candidates: result.fields.map(({ path }) => path) };
}

describe('what was uploaded', () => {
  it.each(['shop.jmx', 'load.js', 'load.mjs', 'load.ts', 'locustfile.py', 'SHOP.JMX'])(
    'may be a script: %s',
    async (name) => {
      expect(await read(Buffer.from('x'), { name })).toEqual({ main: name, isDocument: false, paths: [name] });
    },
  );

  it('may be a Taurus file', async () => {
    expect(await read(Buffer.from(taurus), { name: 'shop.yml' })).toMatchObject({ main: 'shop.yml', isDocument: true });
  });

  it('is called by its name alone, whatever folder it came from', async () => {
    expect(await read(Buffer.from('x'), { name: 'C:\\tests\\shop.jmx' })).toMatchObject({ main: 'shop.jmx' });
    expect(await read(Buffer.from('x'), { name: '../../shop.jmx' })).toMatchObject({ main: 'shop.jmx' });
  });

  it('is an archive by what it holds, whatever it is called', async () => {
    const bytes = rawZip([{ name: 'shop.jmx', content: 'x' }]);
    expect(await read(bytes, { name: 'shop.jmx' })).toMatchObject({ main: 'shop.jmx', paths: ['shop.jmx'] });
    await expect(read(Buffer.from('x'), { name: 'a.zip' })).rejects.toMatchObject({ code: 'archive_invalid' });
  });

  it('has one script at its top: that is the one to run', async () => {
    const names = ['shop.jmx', 'users.csv', 'plugins/x.jar', 'requirements.txt', 'lib/helper.js', 'types.d.ts'];
    expect(await readZip(names)).toEqual({ main: 'shop.jmx', isDocument: false, paths: names });
  });

  it('has a Taurus file at its top: that wins over scripts', async () => {
    expect(await readZip(['load.yml', 'a.jmx', 'b.js'])).toMatchObject({ main: 'load.yml', isDocument: true });
    const other = rawZip([{ name: 'data.yml', content: 'users: [1]' }, { name: 'a.py' }]);
    expect(await read(other)).toMatchObject({ main: 'a.py', isDocument: false });
  });

  it('lies in the folder that was packed', async () => {
    expect(await readZip(['shop/', 'shop/v2/a.py', 'shop/v2/data/u.csv'])).toMatchObject({
      main: 'a.py',
      paths: ['a.py', 'data/u.csv'],
    });
    expect(await readZip(['plugins/a.jar', 'plugins/b.py'])).toMatchObject({ code: 'main_script_unclear' });
  });

  it('is not guessed when several could be run, and can be said', async () => {
    expect(await readZip(['a.js', 'b.js', 'c.txt'])).toEqual({
      code: 'main_script_unclear',
      candidates: ['a.js', 'b.js'],
    });
    expect(await readZip(['a.yml', 'b.yml', 'c.js'])).toMatchObject({ candidates: ['a.yml', 'b.yml'] });
    expect(await readZip(['a.js', 'b.js'], 'b.js')).toMatchObject({ main: 'b.js' });
    expect(await readZip(['a.js', 'in/b.js'], 'in/b.js')).toMatchObject({ main: 'in/b.js' });
    expect(await readZip(['a.js', 'b.txt'], 'b.txt')).toEqual({ code: 'main_script_unclear', candidates: ['a.js'] });
    expect(await readZip(['a.js'], 'c.js')).toEqual({ code: 'main_script_unclear', candidates: ['a.js'] });
    expect(await readZip(['a.txt', 'in/b.js'])).toEqual({ code: 'main_script_unclear', candidates: [] });
    expect(await readZip([])).toEqual({ code: 'main_script_unclear', candidates: [] });
  });

  it('is refused when it is more than a scenario can have', async () => {
    const names = Array.from({ length: limits.scenarioFilesMax + 1 }, (_, i) => `${i}.csv`);
    expect(await readZip(names)).toMatchObject({ code: 'archive_invalid' });
    const large = { sizeBytes: limits.scenarioFileBytesMax + 1, async *chunks() {} };
    await expect(readUploadedFiles(large, { name: 'a.js', main: null })).rejects.toMatchObject({
      code: 'body_too_large',
    });
  });
});
