/** The API is what its own description says: schemathesis makes requests of it, good and bad, and judges the answers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { needs } from '../../tools/needs.ts';
import { type ServedHome, smallScenario, withServedHome } from './fixtures/serve-home.ts';

const EXAMPLES_PER_OPERATION = 8;
const SEED = 20_261;
/** Against a tool that hangs; it takes a fifth of it. */
const FUZZ_MS_MAX = 400_000;

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'ignored_auth',
  'unsupported_method',
  'use_after_free',
  'ensure_resource_availability',
];

/** What is right though it looks wrong to the tool, with the reason. */
const exceptions = [
  // It answers what is wrong with a document: that is no refusal.
  ['validateScenario', 'negative_data_rejection'],
  // No body is an empty file.
  ['putScenarioFile', 'negative_data_rejection'],
  // A file may be called `upload-url`: then it can be put there.
  ['makeUploadUrl', 'unsupported_method'],
] as const;

/** What requests are about: without ids that exist, all of them would end at the first look-up. */
async function makeThings({ call, createScenario, startRun, waitFor }: ServedHome) {
  const { id: scenarioId } = await createScenario(smallScenario());
  const path = 'orders.csv';
  const stored = await call(`/api/scenarios/${scenarioId}/files/${path}`, {
    method: 'PUT',
    body: Buffer.from('a,b\n'),
  });
  expect(stored.status).toBe(201);
  const { id: runId } = await startRun(scenarioId);
  expect(await waitFor(runId)).toMatchObject({ phase: 'complete' });
  return { scenarioId, path, runId };
}

type Things = Awaited<ReturnType<typeof makeThings>>;

/** Most requests name things that exist. */
function configurationOf({ scenarioId, path, runId }: Things): string {
  const dictionaries = Object.entries({
    scenario: scenarioId,
    run: runId,
    file: path,
    region: 'local',
    task: 0,
    version: '*',
  }).map(([name, value]) => `[dictionaries.${name}]\nvalues = [${JSON.stringify(value)}]`);
  const bind = (parameter: string, dictionary: string) =>
    `"${parameter}" = { dictionary = "${dictionary}", probability = 0.7 }`;
  const operation = (id: string, ...lines: string[]) =>
    `[[operations]]\ninclude-operation-id = "${id}"\n${lines.join('\n')}`;
  return [
    '[checks]',
    'enabled = false',
    ...checks.map((check) => `${check}.enabled = true`),
    ...dictionaries,
    '[parameters]',
    bind('path.scenarioId', 'scenario'),
    bind('path.runId', 'run'),
    bind('path.path', 'file'),
    bind('path.region', 'region'),
    bind('path.task', 'task'),
    bind('header.if-match', 'version'),
    // A log that is followed goes on as long as its task does.
    operation('getTaskLog', 'parameters = { "query.follow" = "false" }'),
    ...exceptions.map(([id, check]) => operation(id, `checks.${check}.enabled = false`)),
    '',
  ].join('\n');
}

/**
 * The description as the tool can read it: it takes `prefixItems` for the `items` of an older dialect, and calls that invalid then; and it has
 * no word for the class of control characters.
 */
function readableByTool(description: string): string {
  const control = '[^\\u0000-\\u001f\\u007f-\\u009f]';
  return JSON.stringify(
    JSON.parse(description, (key, value) => {
      if (key === 'pattern' && typeof value === 'string') return value.replaceAll('\\P{Cc}', control);
      if (value?.prefixItems === undefined) return value;
      const { prefixItems, ...rest } = value;
      return { ...rest, items: { anyOf: prefixItems }, minItems: prefixItems.length, maxItems: prefixItems.length };
    }),
  );
}

/** Resolves when it has found nothing; throws its words. `filter`: which operations. */
async function fuzz(program: string, folder: string, { url, token }: ServedHome, filter: string[]): Promise<void> {
  const limits = ['--max-examples', String(EXAMPLES_PER_OPERATION), '--seed', String(SEED), '--no-shrink'];
  const tidy = ['--generation-database', 'none', '--no-color', '--request-timeout', '20', '--continue-on-failure'];
  const child = spawn(
    program,
    ['run', 'openapi.json', '--url', url, '-H', `Authorization: Bearer ${token}`, ...limits, ...tidy, ...filter],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: FUZZ_MS_MAX, env: { ...process.env, COLUMNS: '200' } },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [exitCode, signal] = await once(child, 'close');
  expect(exitCode ?? signal, output).toBe(0);
}

const deletions = ['deleteScenario', 'deleteRun'];
const lives = ['createScenario', 'getScenario', 'startRun', 'getRun', ...deletions];
const options = (name: string, values: string[]) => values.flatMap((value) => [name, value]);

it('answers whatever it is asked as it says it would', { timeout: FUZZ_MS_MAX }, async (context) => {
  const program = needs(context, 'schemathesis');
  await withServedHome(async (served, home) => {
    const things = await makeThings(served);
    await writeFile(join(home, 'schemathesis.toml'), configurationOf(things));
    const description = await (await served.call('/api/openapi.json')).text();
    await writeFile(join(home, 'openapi.json'), readableByTool(description));
    await fuzz(program, home, served, options('--exclude-operation-id', deletions));
    // They were there all the time, for requests to be about.
    for (const path of [`/scenarios/${things.scenarioId}`, `/runs/${things.runId}/report`]) {
      expect((await served.call(`/api${path}`)).status).toBe(200);
    }
    await fuzz(program, home, served, options('--include-operation-id', lives));
    expect(served.trouble).toEqual([]);
    expect((await served.call('/api/ready')).status).toBe(200);
  });
});
