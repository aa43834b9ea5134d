import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordedOutputs } from '../fixtures/recorded-output.ts';
import { openLocal } from '../run/open-local.ts';
import { firstRun } from './first-run.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-first-run-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function example(requests: string): Promise<string> {
  const file = join(folder, 'example.yml');
  await writeFile(
    file,
    `execution: [{concurrency: 3, hold-for: 1s, scenario: shop}]
scenarios: {shop: {default-address: 'http://127.0.0.1:1', think-time: 20ms, requests: ${requests}}}`,
  );
  return file;
}

describe('the first run', () => {
  it('runs against its own target, checks the report against its count, says what is next, and leaves no target behind', async () => {
    const outputs = recordedOutputs();
    const exitCode = await firstRun(openLocal, outputs, await example('[/, /api/products, /flaky/50]'));
    // Invalid, rightly, on a machine that is too busy.
    expect(exitCode).toBe(outputs.resultText().includes('INVALID') ? 3 : 0);
    expect(outputs.resultText()).toMatch(/✓ The target served exactly \d+ requests: the report matches/);
    expect(outputs.resultText()).toContain('--set scenarios.shop.default-address=https://your.site');
    const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(outputs.messageText()) ?? [];
    await expect(fetch(url)).rejects.toThrow();
  });

  it('does not pass when the report is not what the target counted', async () => {
    const outputs = recordedOutputs();
    // A redirect and what it leads to is one request to the report, and two to the target.
    expect(await firstRun(openLocal, outputs, await example('[/redirect/1]'))).toBe(3);
    expect(outputs.resultText()).toMatch(/✗ The target served \d+ requests: the report does NOT match/);
  });

  it('ends its target also when its example is bad', async () => {
    await expect(firstRun(openLocal, recordedOutputs(), await example('nonsense'))).rejects.toThrow('not valid');
  });
});
