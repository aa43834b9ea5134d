import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemSchema } from '../../../core/api/problem.ts';
import { type ScenarioResource, scenarioResourceSchema } from '../../../core/api/scenarios.ts';
import { uploadSchema } from '../../../core/api/uploads.ts';
import { limits } from '../../../core/limits.ts';
import { rawZip } from '../../uploads/fixtures/raw-zip.ts';
import { pruneUploads } from '../../verbs/uploads/uploads.ts';
import { startApi, type TestApi } from '../fixtures/start-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const jmx = (users: number) => `<?xml version="1.0" encoding="UTF-8"?>
<jmeterTestPlan version="1.2" properties="5.0" jmeter="5.6.3"><hashTree>
<TestPlan guiclass="TestPlanGui" testclass="TestPlan" testname="Plan" enabled="true"/><hashTree>
<ThreadGroup guiclass="ThreadGroupGui" testclass="ThreadGroup" testname="Buyers" enabled="true">
<elementProp name="ThreadGroup.main_controller" elementType="LoopController"><stringProp name="LoopController.loops">1</stringProp></elementProp>
<stringProp name="ThreadGroup.num_threads">${users}</stringProp><stringProp name="ThreadGroup.ramp_time">1</stringProp></ThreadGroup><hashTree/>
</hashTree></hashTree></jmeterTestPlan>`;
const k6 =
  'import http from "k6/http";\nexport const options = { vus: 2, duration: "5s" };\nexport default () => { http.get("http://127.0.0.1/"); };\n';

async function upload(body: string | Uint8Array): Promise<string> {
  const bytes = Buffer.from(body);
  const made = uploadSchema
    .strict()
    .parse(await (await api.sendJson('POST', '/api/uploads', { sizeBytes: bytes.length })).json());
  const answer = await fetch(made.url, { method: made.method, headers: made.headers, body: bytes });
  expect([answer.status, await answer.text()]).toEqual([204, '']);
  return made.id;
}
const create = async (fileName: string, body: string | Uint8Array, more: object = {}) =>
  api.sendJson('POST', '/api/scenarios/from-script', { uploadId: await upload(body), fileName, ...more });
const scenarioIn = async (answer: Response): Promise<ScenarioResource> => {
  const told: unknown = await answer.json();
  return scenarioResourceSchema.strict().parse(told);
};
const problemIn = async (answer: Response) => {
  const problem = problemSchema.parse(await answer.json());
  expect(problem.status).toBe(answer.status);
  return problem;
};
const pathsOf = ({ files }: ScenarioResource) => files.map(({ path }) => path);
const fileText = async (id: string, path: string) =>
  (await api.server.call(`/api/scenarios/${id}/files/${path}`)).text();
const left = async () => (await api.objects.list('')).map(({ key }) => key.split('/')[0]);

describe('a scenario made of an upload', () => {
  it.each([
    ['shop.jmx', jmx(5), 'jmeter'],
    ['load.js', k6, 'k6'],
    ['load.ts', k6, 'k6'],
  ])('is of the script %s, with the load that it describes', async (fileName, text, executor) => {
    const answer = await create(fileName, text);
    const made = await scenarioIn(answer);
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `/api/scenarios/${made.id}`]);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(made.scenario.taurus?.executions).toMatchObject([{ executor, script: fileName, load: null }]);
    expect([made.name, pathsOf(made), made.missingFiles]).toEqual([fileName.split('.')[0], [fileName], []]);
    expect(await fileText(made.id, fileName)).toBe(text);
    expect(await left()).not.toContain('uploads');
    const [entry] = (await api.stores.audit.list({ limit: 1, cursor: null })).items;
    expect(entry).toMatchObject({
      action: 'scenario.create',
      target: made.id,
      detail: `${made.name}, from ${fileName}`,
    });
  });

  it('gets the name and the load that are asked for', async () => {
    const more = { name: 'Night', load: { concurrency: 7, rampUp: '10s', holdFor: '1m' } };
    const made = await scenarioIn(await create('shop.jmx', jmx(5), more));
    expect(made.name).toBe('Night');
    expect(made.scenario.taurus?.executions[0]?.load).toMatchObject({ concurrency: 7, holdForSeconds: 60 });
  });

  it('has all files of an archive', async () => {
    const names = {
      'shop.jmx': jmx(5),
      'data/users.csv': 'name\nada\n',
      'plugins/x.jar': 'jar',
      'requirements.txt': 'x',
    };
    const zip = rawZip(Object.entries(names).map(([name, content]) => ({ name: `shop/${name}`, content })));
    const made = await scenarioIn(await create('shop.zip', zip));
    expect(pathsOf(made)).toEqual(['data/users.csv', 'plugins/x.jar', 'requirements.txt', 'shop.jmx']);
    expect(await fileText(made.id, 'data/users.csv')).toBe('name\nada\n');
    expect(made.scenario.taurus?.executions).toMatchObject([{ executor: 'jmeter', script: 'shop.jmx' }]);
  });

  it('is the Taurus file of an archive, which says itself what runs', async () => {
    const text =
      'execution: [{concurrency: 2, hold-for: 5s, scenario: {script: tests/shop.jmx}}]\nloadstar: {name: Own}\n';
    const zip = rawZip([
      { name: 'load.yml', content: text },
      { name: 'tests/shop.jmx', content: jmx(5) },
      { name: 'other.js', content: k6 },
    ]);
    const made = await scenarioIn(await create('shop.zip', zip, { name: 'Asked' }));
    expect([made.text, made.name, pathsOf(made)]).toEqual([text, 'Own', ['other.js', 'tests/shop.jmx']]);
    const refused = await problemIn(await create('shop.zip', zip, { load: { concurrency: 1 } }));
    expect(refused).toMatchObject({ code: 'option_invalid', fields: [{ path: 'load' }] });
  });

  it('asks which script is meant, and takes the same upload again with the answer', async () => {
    const uploadId = await upload(
      rawZip([
        { name: 'a.js', content: k6 },
        { name: 'b.js', content: k6 },
      ]),
    );
    const ask = (more: object) =>
      api.sendJson('POST', '/api/scenarios/from-script', { uploadId, fileName: 'x.zip', ...more });
    const problem = await problemIn(await ask({}));
    expect(problem).toMatchObject({
      status: 422,
      code: 'main_script_unclear',
      fields: [{ path: 'a.js' }, { path: 'b.js' }],
    });
    const made = await scenarioIn(await ask({ main: 'b.js' }));
    expect(made.scenario.taurus?.executions).toMatchObject([{ script: 'b.js' }]);
    expect(await problemIn(await ask({ main: 'b.js' }))).toMatchObject({ code: 'not_found' });
  });

  it.each<[string, string, string | Uint8Array, string]>([
    ['an archive that climbs out', 'x.zip', rawZip([{ name: '../x.js' }]), 'archive_invalid'],
    [
      'an archive whose content is damaged',
      'x.zip',
      rawZip([
        { name: 'x.js', content: k6 },
        { name: 'd', content: 'x', said: { crc: 1 } },
      ]),
      'archive_invalid',
    ],
    ['something else', 'notes.txt', 'hello', 'main_script_unclear'],
    ['a Taurus file that is none', 'x.yml', 'execution: 5', 'scenario_invalid'],
    ['a Taurus file that cannot be read', 'x.yml', 'execution: [', 'scenario_unreadable'],
    ['bytes', 'x.yml', Buffer.from([0x65, 0x78, 0xff, 0xfe]), 'scenario_unreadable'],
  ])('is none of %s, and leaves nothing but the upload', async (_what, fileName, body, code) => {
    expect(await problemIn(await create(fileName, body))).toMatchObject({ code });
    expect(new Set(await left())).toEqual(new Set(['uploads']));
    expect(
      (await api.stores.scenarios.list({ search: null, tags: [], sort: 'name', limit: 10, cursor: null })).items,
    ).toEqual([]);
    const pruneIn = (hours: number) =>
      pruneUploads({ objects: api.objects, nowMs: () => Date.now() + hours * 3600 * 1000 });
    expect([await pruneIn(23), await pruneIn(25)]).toEqual([0, 1]);
    expect(await left()).toEqual([]);
  });

  it('is not made of an upload of somebody else, of none, or of one that is too large', async () => {
    const uploadId = await upload(k6);
    const [key = ''] = (await api.objects.list('uploads/')).map((info) => info.key);
    const elsewhere = await api.objects.get(key);
    await api.objects.delete(key);
    await api.objects.put(key.replace(/\/[0-9a-f]{32}\//, `/${'0'.repeat(32)}/`), elsewhere?.body ?? new Uint8Array());
    for (const id of [uploadId, 'upload-none']) {
      const answer = await api.sendJson('POST', '/api/scenarios/from-script', { uploadId: id, fileName: 'a.js' });
      expect(await problemIn(answer)).toMatchObject({ code: 'not_found' });
    }
    const large = await api.sendJson('POST', '/api/uploads', { sizeBytes: limits.uploadBytesMax + 1 });
    expect(await problemIn(large)).toMatchObject({ code: 'body_invalid' });
  });
});

describe('replacing the script of a scenario', () => {
  const replace = async (
    id: string,
    fileName: string,
    body: string | Uint8Array,
    headers: Record<string, string> = {},
  ) => api.sendJson('PUT', `/api/scenarios/${id}/script`, { uploadId: await upload(body), fileName }, headers);

  it('puts another one in its place, whatever that is called, and keeps the load that the scenario sets', async () => {
    const made = await scenarioIn(await create('shop.jmx', jmx(5), { load: { concurrency: 7, holdFor: '1m' } }));
    const replaced = await scenarioIn(await replace(made.id, 'shop v2.jmx', jmx(9)));
    expect(replaced).toMatchObject({ version: 2, text: made.text });
    expect([pathsOf(replaced), await fileText(made.id, 'shop.jmx')]).toEqual([['shop.jmx'], jmx(9)]);
  });

  it('brings the files of an archive, and runs what is its script', async () => {
    const made = await scenarioIn(await create('a.js', `${k6}// first`));
    const zip = rawZip([
      { name: 'main.js', content: k6 },
      { name: 'data.json', content: '[]' },
    ]);
    const replaced = await scenarioIn(await replace(made.id, 'x.zip', zip));
    expect(replaced.scenario.taurus?.executions).toMatchObject([{ script: 'main.js' }]);
    expect([replaced.name, pathsOf(replaced)]).toEqual(['a', ['a.js', 'data.json', 'main.js']]);
  });

  it('makes a Taurus file the document', async () => {
    const made = await scenarioIn(await create('a.js', k6));
    const text = '# mine\nexecution: [{concurrency: 3, hold-for: 5s, scenario: {script: a.js}}]\n';
    expect(await scenarioIn(await replace(made.id, 'load.yml', text))).toMatchObject({ text, name: 'a', version: 2 });
  });

  it('is refused from another version, for another tool, and where there is no script', async () => {
    const made = await scenarioIn(await create('a.js', k6));
    const stale = await replace(made.id, 'a.js', `${k6}//`, { 'if-match': '"7"' });
    expect(await problemIn(stale)).toMatchObject({ code: 'version_mismatch' });
    expect(await problemIn(await replace(made.id, 'a.jmx', jmx(1)))).toMatchObject({ code: 'option_invalid' });
    const native = await api.add(
      'execution: [{concurrency: 1, iterations: 1, scenario: a}]\nscenarios: {a: {requests: ["http://127.0.0.1/"]}}',
    );
    expect(await problemIn(await replace(native, 'a.jmx', jmx(1)))).toMatchObject({ code: 'option_invalid' });
    expect(await problemIn(await replace('scenario-x', 'a.jmx', jmx(1)))).toMatchObject({ code: 'not_found' });
    expect([await fileText(made.id, 'a.js'), (await api.stores.scenarios.get(made.id))?.version]).toEqual([k6, 1]);
  });

  it('names the scripts when there are several to replace', async () => {
    const text =
      'execution: [{concurrency: 1, hold-for: 1s, scenario: {script: a.js}}, {concurrency: 1, hold-for: 1s, scenario: {script: b.js}}]';
    const zip = rawZip([
      { name: 'x.yml', content: text },
      { name: 'a.js', content: k6 },
      { name: 'b.js', content: k6 },
    ]);
    const made = await scenarioIn(await create('x.zip', zip));
    const problem = await problemIn(await replace(made.id, 'c.js', k6));
    expect(problem).toMatchObject({ code: 'main_script_unclear', fields: [{ path: 'a.js' }, { path: 'b.js' }] });
    expect((await replace(made.id, 'b.js', `${k6}// new`)).status).toBe(200);
    expect(await fileText(made.id, 'b.js')).toBe(`${k6}// new`);
  });
});
