/** The commands that find and install tools. That installing works is tested where it is done, and by `npm run tools` itself. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../../tools/needs.ts';
import { enginesFolder } from '../../tools/tools.ts';
import { recordedOutputs } from '../fixtures/recorded-output.ts';
import { runProgram } from '../program.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-engines-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function loadstar(args: string[], environment: Record<string, string> = {}) {
  const outputs = recordedOutputs();
  const open = () => Promise.reject(new Error('a control plane was opened'));
  const world = {
    environment: { PATH: '/nowhere', ...environment },
    workingFolder: folder,
    stdin: () => process.stdin,
  };
  const exitCode = await runProgram(args, open, outputs, world);
  return { exitCode, results: outputs.resultText(), messages: outputs.messageText() };
}

describe('loadstar engines list', () => {
  it('shows what is found, and for the rest the command', async () => {
    const k6 = join(folder, '.loadstar', 'engines', 'k6', 'k6');
    await mkdir(join(k6, '..'), { recursive: true });
    await writeFile(k6, '#!/bin/sh\necho k6 v1.9.9\n', { mode: 0o755 });
    const { exitCode, results } = await loadstar(['engines', 'list']);
    expect(exitCode).toBe(0);
    expect(results).toMatch(new RegExp(`^k6 +1\\.9\\.9 +installed +${k6}$`, 'm'));
    expect(results).toMatch(/^JMeter +missing/m);
    expect(results).toContain('JMeter is not installed here: loadstar engines install jmeter\n');
    const { engines } = JSON.parse((await loadstar(['engines', 'list', '--json'])).results);
    expect(engines).toHaveLength(4);
    expect(engines).toContainEqual({ name: 'k6', version: '1.9.9', path: k6, source: 'installed', missing: null });
    expect(engines[0]).toMatchObject({
      name: 'taurus',
      version: null,
      missing: expect.stringContaining('install taurus'),
    });
  });
});

describe('loadstar engines install', () => {
  it('leaves what is there', async (context) => {
    needs(context, 'k6');
    const { exitCode, results } = await loadstar(['engines', 'install', 'k6'], { LOADSTAR_ENGINES: enginesFolder });
    expect([exitCode, results]).toEqual([0, expect.stringMatching(/^k6 \S+: is there already\n$/)]);
  });

  it('says what cannot be installed, and why', async () => {
    await mkdir(join(folder, '.loadstar', 'engines', 'k6'), { recursive: true });
    const { exitCode, messages } = await loadstar(['engines', 'install', 'k6']);
    expect(exitCode).toBe(3);
    expect(messages).toContain('k6 is not installed: ');
    expect(messages).toContain('(engine_install_failed)');
    expect((await loadstar(['engines', 'install', 'k7'])).exitCode).toBe(2);
  });
});
