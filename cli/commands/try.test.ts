// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are references to secrets.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trialSchema } from '../../core/api/trials.ts';
import { recordedOutputs } from '../fixtures/recorded-output.ts';
import { runProgram } from '../program.ts';

let folder: string;
let server: Server;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-try-'));
  server = createServer((request, response) => {
    if (request.url === '/hostile') response.end('\u001b[2Jcleared\u001b[31m\nnext');
    else request.pipe(response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(join(folder, 'order.json'), '{"id": 7}');
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function run(requests: string, args: string[] = [], environment = {}) {
  const file = join(folder, 'shop.yml');
  await writeFile(
    file,
    `execution: [{hold-for: 1h, concurrency: 50, scenario: shop}]\nscenarios: {shop: {default-address: '${url}', requests: [${requests}]}}`,
  );
  const outputs = recordedOutputs();
  const never = () => Promise.reject(new Error('a control plane was opened'));
  const world = { environment, workingFolder: folder, stdin: () => process.stdin };
  const exitCode = await runProgram(['try', file, ...args], never, outputs, world);
  return { exitCode, results: outputs.resultText(), messages: outputs.messageText() };
}

describe('loadstar try', () => {
  it('shows every request and response, without a control plane', async () => {
    const { exitCode, results } = await run(
      "{url: /orders, method: POST, body-file: order.json, label: order, extract-jsonpath: {id: $.id}, assert: ['7']}",
    );
    expect(exitCode).toBe(0);
    expect(results).toMatch(/^flow shop\n\n✓ order {3}POST http:\/\/127\.0\.0\.1:\d+\/orders {3}200 {3}[\d.]+ ms\n/);
    for (const line of [
      '> POST /orders HTTP/1.1',
      '> {"id": 7}',
      '< HTTP/1.1 200 OK',
      '✓ body matches /7/',
      'id = "7"',
    ]) {
      expect(results).toContain(`    ${line}\n`);
    }
    expect(results).toMatch(/✓ 1 step, none failed\n$/);
  });

  it('says what failed, and ends with 1', async () => {
    const { exitCode, results } = await run("'http://127.0.0.1:1/down', /hostile");
    expect(exitCode).toBe(1);
    expect(results).toContain('connect-refused: the connection was refused');
    expect(results).toMatch(/✗ 1 of 2 steps failed\n$/);
    // Nothing that a terminal would obey.
    expect(results).toContain('< cleared\n    < next\n');
    expect([...results].filter((character) => character < ' ' && character !== '\n')).toEqual([]);
  });

  it('prints JSON, with settings changed', async () => {
    const { exitCode, results } = await run('/a', ['--json', '--set', 'scenarios.shop.headers.X-Key=changed']);
    const { flows } = trialSchema.parse(JSON.parse(results));
    expect([exitCode, flows[0]?.steps[0]?.requestHead]).toEqual([0, expect.stringContaining('X-Key: changed\n')]);
  });

  it('takes secrets from its environment, and shows none', async () => {
    const request = "{url: /, method: POST, body: 'key=${secrets.SHOP_KEY}'}";
    const missing = await run(request);
    expect([missing.exitCode, missing.messages]).toEqual([2, expect.stringContaining('SHOP_KEY')]);
    const { exitCode, results } = await run(request, ['--json'], { LOADSTAR_SECRET_SHOP_KEY: 'correct horse' });
    const step = trialSchema.parse(JSON.parse(results)).flows[0]?.steps[0];
    expect([exitCode, step?.responseBody?.text]).toEqual([0, 'key=[redacted]']);
    expect(results).not.toContain('correct horse');
  });

  it.each([
    ['{url: /, method: POST, body-file: nowhere.json}', 'scenario_file_missing'],
    ['{url: /, nonsense: 1}', 'scenario_invalid'],
  ])('refuses %s before anything is sent', async (requests, code) => {
    const { exitCode, messages } = await run(requests);
    expect([exitCode, messages]).toEqual([2, expect.stringContaining(code)]);
  });
});
