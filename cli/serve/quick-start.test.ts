import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PracticeTarget, startPracticeTarget } from '../../practice-target/start.ts';
import { type LocalControlPlane, openLocalControlPlane } from '../../server/main/local.ts';
import { recordedOutputs } from '../fixtures/recorded-output.ts';
import { showQuickStart } from './quick-start.ts';

let folder: string;
let target: PracticeTarget;
let local: LocalControlPlane;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-quick-start-'));
  target = await startPracticeTarget({ port: 0 });
  local = await openLocalControlPlane({ home: join(folder, 'home'), regions: { local: 4 }, log: () => {} });
});
afterEach(async () => {
  local.killTasksNow();
  await local.close();
  await target.stop();
  await rm(folder, { recursive: true });
});

async function example(requests: string): Promise<string> {
  const file = join(folder, 'example.yml');
  await writeFile(
    file,
    `execution: [{concurrency: 3, hold-for: 1s, scenario: shop}]
loadstar: {name: Shop}
scenarios: {shop: {default-address: 'http://127.0.0.1:8089', think-time: 20ms, requests: ${requests}}}`,
  );
  return file;
}

describe('the first run', () => {
  it('keeps the scenario, runs it against the target, and holds the report against the target', async () => {
    const outputs = recordedOutputs();
    const { signal } = new AbortController();
    await showQuickStart({ local, target, signal, example: await example('[/, /api/products, /flaky/50]') }, outputs);
    expect(outputs.messageText()).toContain('the scenario "Shop" runs against the practice target');
    expect(outputs.resultText()).toMatch(/✓ The target served exactly \d+ requests: the report matches/);
    const { items } = await local.ports.runs.list({ scenarioId: null, limit: 10, cursor: null });
    expect(items.map(({ scenarioName, phase }) => ({ scenarioName, phase }))).toEqual([
      { scenarioName: 'Shop', phase: 'complete' },
    ]);
  });

  it('says when the report is not what the target counted', async () => {
    const outputs = recordedOutputs();
    const { signal } = new AbortController();
    // A redirect and what it leads to is one request to the report, and two to the target.
    await showQuickStart({ local, target, signal, example: await example('[/redirect/1]') }, outputs);
    expect(outputs.resultText()).toMatch(/✗ The target served \d+ requests: the report does NOT match/);
  });

  it('stops watching when it is interrupted', async () => {
    const outputs = recordedOutputs();
    const interrupted = new AbortController();
    const shown = showQuickStart({ local, target, signal: interrupted.signal, example: await example('[/]') }, outputs);
    interrupted.abort();
    await shown;
    expect(outputs.resultText()).toBe('');
  });
});
