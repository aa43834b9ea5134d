/** The commands that talk to a server, against the real one. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../core/limits.ts';
import { loadConfig } from '../../server/config/load-config.ts';
import { type ServedControlPlane, serveControlPlane } from '../../server/main/serve.ts';
import { rawZip } from '../../server/uploads/fixtures/raw-zip.ts';
import { startAnswering } from '../fixtures/answering-server.ts';
import { runClientProgram } from '../fixtures/client-program.ts';

let home: string;
let served: ServedControlPlane;
let folder: string;
let environment: Record<string, string>;
let typed: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'loadstar-client-home-'));
  const settings = { LOADSTAR_HOME: home, LOADSTAR_PORT: '0', LOADSTAR_REGIONS: 'here=2' };
  const { config } = loadConfig({ environment: settings, workingFolder: home });
  served = await serveControlPlane({ config, version: '1.2.3', log: () => {} });
});
afterAll(async () => {
  await served.close();
  await rm(home, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-client-'));
  environment = { HOME: folder, LOADSTAR_HOME: home, LOADSTAR_SERVER: served.url };
  typed = '';
});
afterEach(() => rm(folder, { recursive: true }));

const loadstar = (...args: string[]) => runClientProgram(args, { environment, workingFolder: folder, typed });

async function json(...args: string[]) {
  const { exitCode, results, messages } = await loadstar(...args, '--output', 'json');
  expect([exitCode, messages]).toEqual([0, '']);
  return JSON.parse(results);
}

/** The same as the server says it. */
async function fromServer(path: string) {
  const token = (await readFile(join(home, 'local-token'), 'utf8')).trim();
  return (await fetch(`${served.url}/api${path}`, { headers: { authorization: `Bearer ${token}` } })).json();
}

let names = 0;
const newName = () => `shop ${++names}`;

/** Writes a scenario file that names a body; nobody listens at its address. */
async function file(name: string, more = ''): Promise<string> {
  const path = join(folder, 'shop.yml');
  await mkdir(join(folder, 'bodies'), { recursive: true });
  await writeFile(join(folder, 'bodies', 'order.json'), '{"a":1}');
  await writeFile(
    path,
    `# a comment that is kept
loadstar: {name: ${name}, tags: [nightly], regions: {here: {tasks: 1}}}
execution: [{concurrency: 1, iterations: 1, scenario: s}]
scenarios: {s: {default-address: 'http://127.0.0.1:1', requests: [{url: /, method: POST, body-file: bodies/order.json}]}}
${more}`,
  );
  return path;
}

describe('login', () => {
  const token = async () => (await readFile(join(home, 'local-token'), 'utf8')).trim();
  const credentials = () => readFile(join(folder, '.config', 'loadstar', 'credentials.json'), 'utf8').catch(() => null);

  it('checks the token, keeps it, and logout forgets it', async () => {
    environment = { HOME: folder };
    typed = `${await token()}\n`;
    const login = await loadstar('login', served.url, '--token');
    expect(login).toMatchObject({
      exitCode: 0,
      results: `Logged in to ${served.url} (Loadstar 1.2.3) as whoever may read the data folder, admin.\n`,
      messages: '',
    });
    expect((await json('regions', 'list')).items[0].name).toBe('here');
    expect((await loadstar('logout')).exitCode).toBe(0);
    expect(await credentials()).not.toContain(await token());
    expect((await loadstar('logout')).exitCode).toBe(2);
    expect((await loadstar('regions', 'list', '--server', served.url)).messages).toContain('loadstar login');
  });

  it('keeps nothing when the token is wrong, and never shows it', async () => {
    environment = { HOME: folder };
    await writeFile(join(folder, 'token'), 'lst_wrong');
    for (const wrong of [
      ['login', served.url, '--token-file', join(folder, 'token')],
      ['login', served.url, '--token-file', join(folder, 'missing')],
      ['login', 'ftp://x'],
      ['login', served.url, '--token'],
    ]) {
      const { exitCode, results, messages } = await loadstar(...wrong);
      expect([wrong, exitCode, results]).toEqual([wrong, 2, '']);
      expect(messages).not.toContain('lst_wrong');
    }
    expect(await credentials()).toBeNull();
  });

  it('comes after what the environment says', async () => {
    const { exitCode, messages } = await (async () => {
      environment.LOADSTAR_TOKEN = 'lst_of_the_environment_that_is_wrong';
      return loadstar('regions', 'list');
    })();
    expect(exitCode).toBe(2);
    expect(messages).toContain('(unauthenticated)');
  });
});

describe('scenarios', () => {
  it('are created with their files, shown, copied, and deleted', async () => {
    const name = newName();
    const made = await json('scenarios', 'create', await file(name));
    expect(made).toMatchObject({ name, missingFiles: [], files: [{ path: 'bodies/order.json', sizeBytes: 7 }] });
    expect(made.text).toBe(await readFile(join(folder, 'shop.yml'), 'utf8'));
    expect(await json('scenarios', 'get', name)).toEqual(await fromServer(`/scenarios/${made.id}`));
    expect((await loadstar('scenarios', 'get', made.id)).results).toMatch(/bodies\/order\.json {2}7 B/);
    expect((await loadstar('scenarios', 'get', made.id, '--text')).results).toBe(made.text);
    const copy = await json('scenarios', 'copy', name, '--name', `${name} too`);
    expect(copy).toMatchObject({ name: `${name} too`, files: [{ path: 'bodies/order.json' }] });
    expect((await loadstar('scenarios', 'delete', name)).results).toBe(`deleted ${made.id}\n`);
    expect(await loadstar('scenarios', 'get', name)).toMatchObject({ exitCode: 2, results: '' });
  });

  it('are replaced by apply, as what several files and settings come to', async () => {
    const name = newName();
    const path = await file(name);
    expect((await loadstar('scenarios', 'apply', path)).results).toMatch(`created "${name}"`);
    await writeFile(join(folder, 'more.yml'), '$execution: [{concurrency: 3}]');
    const applied = await loadstar(
      'scenarios',
      'apply',
      path,
      join(folder, 'more.yml'),
      '--set',
      'execution.0.hold-for=2s',
    );
    expect(applied.results).toMatch(`replaced "${name}"`);
    const { items } = await json('scenarios', 'list', '--search', name);
    expect(items).toMatchObject([{ name, version: 2 }]);
    const [execution] = (await json('scenarios', 'get', name)).scenario.executions;
    expect(execution.load).toMatchObject({ concurrency: 3, holdForSeconds: 2 });
  });

  it('of one name are told apart by their ids only', async () => {
    const name = newName();
    const path = await file(name);
    const ids = [(await json('scenarios', 'create', path)).id, (await json('scenarios', 'create', path)).id];
    for (const command of [
      ['scenarios', 'get', name],
      ['scenarios', 'apply', path],
      ['runs', 'start', name],
    ]) {
      const { exitCode, messages } = await loadstar(...command);
      expect([command, exitCode]).toEqual([command, 2]);
      for (const id of ids) expect(messages).toContain(id);
    }
  });

  it('are listed by name and tag, page by page or all', async () => {
    const path = await file('list a');
    for (const name of ['list a', 'list b', 'list c'])
      await loadstar('scenarios', 'create', path, '--set', `loadstar.name=${name}`);
    const namesOf = (page: { items: { name: string }[] }) => page.items.map(({ name }) => name);
    const list = ['scenarios', 'list', '--search', 'LIST ', '--tag', 'nightly', '--sort', '-name'];
    const first = await json(...list, '--limit', '2');
    expect(namesOf(first)).toEqual(['list c', 'list b']);
    expect(namesOf(await json(...list, '--limit', '2', '--cursor', first.nextCursor))).toEqual(['list a']);
    expect(namesOf(await json(...list, '--all'))).toEqual(['list c', 'list b', 'list a']);
    expect(first).toEqual(await fromServer('/scenarios?search=LIST+&tag=nightly&sort=-name&limit=2'));
    const { results, messages } = await loadstar(...list, '--limit', '2');
    expect(results).toMatch(/^name +id +tags[^\n]*\nlist c [^\n]*\nlist b [^\n]*\n$/);
    expect(messages).toContain('--all');
    expect((await loadstar('scenarios', 'list', '--tag', 'none')).results).toBe('No scenarios.\n');
  });

  it('say nothing that a terminal would obey', async () => {
    await json('scenarios', 'create', await file('"evil \\u202e name"'));
    const table = await loadstar('scenarios', 'list', '--search', 'evil');
    const text = await loadstar('scenarios', 'list', '--search', 'evil', '--output', 'json');
    for (const { results } of [table, text]) {
      expect(results).toContain('evil');
      expect(results).not.toMatch(/\u202e/);
    }
    expect(JSON.parse(text.results).items[0].name).toBe('evil \u202e name');
  });

  it('may have files that are too large for the API', async () => {
    const path = await file(newName());
    await writeFile(join(folder, 'bodies', 'order.json'), Buffer.alloc(limits.apiBodyBytesMax + 1, 'x'));
    expect(await json('scenarios', 'apply', path)).toMatchObject({
      missingFiles: [],
      files: [{ sizeBytes: limits.apiBodyBytesMax + 1 }],
    });
  });
});

describe('what is wrong', () => {
  it('leads to exit code 2 and names what it is, before anything is stored', async () => {
    const good = await file(newName());
    await writeFile(join(folder, 'bad.yml'), 'execution: [{concurrency: x, hold-for: y}]\nscenarios: {}');
    const wrong: [string[], RegExp][] = [
      [['scenarios'], /Usage/],
      [['scenarios', 'nonsense'], /unknown command|nonsense|Usage/],
      [['scenarios', 'list', '--limit', '0'], /from 1 to 200/],
      [['scenarios', 'list', '--sort', 'size'], /choices|allowed/i],
      [['scenarios', 'list', '--all', '--limit', '5'], /--all/],
      [['scenarios', 'list', '--output', 'xml'], /json/],
      [['scenarios', 'apply', join(folder, 'bad.yml')], /execution\[0\]\.hold-for/],
      [['scenarios', 'apply', good, '--set', 'x'], /--set/],
      [['scenarios', 'list', '--cursor', 'none'], /cursor/],
      [['runs', 'get', 'no-run'], /no-run/],
      [['runs', 'get', '..'], /An id has/],
      [['runs', 'cancel', 'no-run'], /no-run/],
      [['runs', 'download', '../x'], /No run has such an id/],
      [['runs', 'start', 'no such scenario'], /No scenario has the id or the name/],
      [['runs', 'start', 'x', '--tasks', '0', '--regions', 'A'], /--tasks: [\s\S]*--regions: /],
      [['runs', 'list', '--phase', 'x'], /queued/],
      [['run', good, '--server', served.url, '--out', 'x'], /loadstar runs download/],
    ];
    for (const [args, words] of wrong) {
      const { exitCode, results, messages } = await loadstar(...args);
      expect([args, exitCode, results]).toEqual([args, 2, '']);
      expect(messages).toMatch(words);
      expect(messages).not.toContain('    at ');
    }
  });

  it('is the server that cannot be reached: exit code 3', async () => {
    const gone = await startAnswering(() => {});
    await gone.close();
    environment.LOADSTAR_SERVER = gone.url;
    const { exitCode, messages } = await loadstar('regions', 'list');
    expect(exitCode).toBe(3);
    expect(messages).toContain(`${gone.url} cannot be reached: nothing listens there`);
  });

  it('is a start that the server refuses, with the fields it names', async () => {
    const name = newName();
    await json('scenarios', 'create', await file(name));
    const { exitCode, messages } = await loadstar('runs', 'start', name, '--regions', 'nowhere');
    expect(exitCode).toBe(2);
    expect(messages).toMatch(/nowhere/);
  });
});

describe('a run', () => {
  it('is started, followed, reported, downloaded and deleted', { timeout: 120_000 }, async () => {
    const name = newName();
    await json('scenarios', 'create', await file(name));
    const run = await json('runs', 'start', name);
    expect(run).toMatchObject({ scenarioName: name, regions: [{ name: 'here', tasks: 1 }] });
    const followed = await loadstar('runs', 'follow', run.id);
    expect(followed.results).toMatch(name);
    expect(followed.messages).toContain(run.id);
    expect(await json('runs', 'report', run.id)).toEqual(await fromServer(`/runs/${run.id}/report`));
    expect((await loadstar('runs', 'report', run.id)).results).toBe(followed.results);
    expect(await json('runs', 'list', '--scenario', name)).toEqual(
      await fromServer(`/runs?scenarioId=${run.scenarioId}`),
    );
    expect((await loadstar('runs', 'list', '--scenario', name)).results).toContain(run.id);
    expect((await loadstar('runs', 'get', run.id)).results).toMatch(/outcome +(complete|failed)/);
    expect(await loadstar('runs', 'download', run.id)).toMatchObject({
      exitCode: 0,
      results: `${join(folder, run.id)}\n`,
    });
    expect(await readdir(join(folder, run.id))).toEqual(['here']);
    expect((await loadstar('runs', 'download', run.id, '--zip', '-o', 'all.zip')).exitCode).toBe(0);
    expect((await readFile(join(folder, 'all.zip'))).subarray(0, 2).toString()).toBe('PK');
    expect((await loadstar('runs', 'cancel', run.id)).messages).toContain('(run_state_conflict)');
    expect((await loadstar('runs', 'delete', run.id)).results).toBe(`deleted ${run.id}\n`);
    expect((await loadstar('runs', 'report', run.id)).exitCode).toBe(2);
  });
});

describe('scripts and zips', () => {
  const k6 =
    'import http from "k6/http";\nexport const options = { vus: 2, duration: "5s" };\nexport default () => {};\n';

  it('become scenarios, with another load and with files that are replaced', async () => {
    const name = newName();
    await writeFile(join(folder, 'load.js'), k6);
    const load = ['--concurrency', '3', '--hold-for', '1m', '--name', name];
    const made = await json('scenarios', 'create', join(folder, 'load.js'), ...load);
    expect(made).toMatchObject({ name, files: [{ path: 'load.js' }] });
    expect(made.scenario.taurus.executions).toMatchObject([{ executor: 'k6', load: { concurrency: 3 } }]);
    await writeFile(join(folder, 'v2.js'), `${k6}// two`);
    await writeFile(join(folder, 'users.csv'), 'name\nada\n');
    expect((await loadstar('scenarios', 'upload', name, join(folder, 'v2.js'), '--script')).results).toContain('v2.js');
    const stored = await json('scenarios', 'upload', name, join(folder, 'users.csv'), '--as', 'data/users.csv');
    expect(stored.files).toMatchObject([{ path: 'data/users.csv' }, { path: 'load.js', sizeBytes: k6.length + 6 }]);
    const { items } = (await fromServer(`/scenarios/${made.id}/file-versions/load.js`)) as { items: unknown };
    expect(items).toMatchObject([{ isCurrent: true }, { isCurrent: false, sizeBytes: k6.length }]);
  });

  it('of several scripts become one when it is said which is meant', async () => {
    const zip = join(folder, 'tests.zip');
    await writeFile(zip, rawZip(['a.js', 'b.js'].map((path) => ({ name: path, content: k6 }))));
    const asked = await loadstar('scenarios', 'create', zip);
    expect([asked.exitCode, asked.messages]).toEqual([2, expect.stringContaining('a.js')]);
    const made = await json('scenarios', 'create', zip, '--main', 'b.js');
    expect(made.files).toMatchObject([{ path: 'a.js' }, { path: 'b.js' }]);
    expect((await loadstar('scenarios', 'upload', made.id, zip)).exitCode).toBe(2);
    expect((await loadstar('scenarios', 'upload', made.id, zip, '--main', 'a.js')).exitCode).toBe(0);
  });

  it.each([
    [['scenarios', 'create', 'a.yml', '--concurrency', '3'], '--concurrency'],
    [['scenarios', 'create', 'a.js', '--set', 'a=b'], '--set'],
    [['scenarios', 'create', 'a.js', '--iterations', 'many'], '--iterations'],
    [['scenarios', 'create', 'no-such.zip'], 'no-such.zip'],
    [['scenarios', 'upload', 'x', 'a.csv', 'b.csv', '--as', 'c.csv'], '--as'],
    [['scenarios', 'upload', 'x', 'a.csv', '--main', 'b'], '--main'],
    [['run', 'x.zip', '--server', 'http://127.0.0.1:1'], 'zip'],
  ])('are refused with %j', async (args, words) => {
    const { exitCode, messages } = await loadstar(...args);
    expect([exitCode, messages]).toEqual([2, expect.stringContaining(words)]);
  });
});
