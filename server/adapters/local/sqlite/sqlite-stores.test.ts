import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditStoreContract } from '../../../ports/audit.contract.ts';
import { sampleRun, sampleScenario, sampleTaskResult } from '../../../ports/fixtures/sample-rows.ts';
import { idempotencyStoreContract } from '../../../ports/idempotency.contract.ts';
import { identityStoresContract } from '../../../ports/identity.contract.ts';
import { runQueueContract } from '../../../ports/run-queue.contract.ts';
import { secretStoreContract } from '../../../ports/secrets.contract.ts';
import { storesContract } from '../../../ports/stores.contract.ts';
import { createManualClock } from '../../memory/manual-clock.ts';
import { startScript } from '../fixtures/run-script.ts';
import { makeTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { createAuditStore } from './audit-store.ts';
import { migrations } from './migrations.ts';
import { openDatabase } from './open-database.ts';
import { openSqliteStores } from './sqlite-stores.ts';

const script = new URL('./fixtures/use-stores.ts', import.meta.url);

async function openInTemporaryFolder(now?: () => number) {
  const folder = await makeTemporaryFolder();
  const path = join(folder.path, 'loadstar.sqlite');
  const stores = openSqliteStores(path, now === undefined ? {} : { now });
  const close = async () => {
    stores.close();
    await folder.remove();
  };
  return { folder: folder.path, path, stores, close };
}

storesContract('SQLite', () => openInTemporaryFolder());

identityStoresContract('SQLite', () => openInTemporaryFolder());

secretStoreContract('SQLite', async () => {
  const { stores, close } = await openInTemporaryFolder();
  return { secrets: stores.secrets, close };
});

idempotencyStoreContract('SQLite', async () => {
  const { stores, close } = await openInTemporaryFolder();
  return { idempotency: stores.idempotency, close };
});

runQueueContract('SQLite', async () => {
  const clock = createManualClock();
  const { stores, close } = await openInTemporaryFolder(clock.now);
  return { queue: stores.queue, advance: clock.advance, close };
});

auditStoreContract('SQLite', async ({ entriesMax }) => {
  const folder = await makeTemporaryFolder();
  const database = openDatabase(join(folder.path, 'loadstar.sqlite'), 0);
  const close = async () => {
    database.close();
    await folder.remove();
  };
  return { audit: createAuditStore(database, entriesMax), close };
});

describe('SQLite stores', () => {
  let opened: Awaited<ReturnType<typeof openInTemporaryFolder>>;
  beforeEach(async () => {
    opened = await openInTemporaryFolder();
  });
  afterEach(() => opened.close());

  it('hold what was written after they were closed and opened again', async () => {
    await opened.stores.scenarios.create(sampleScenario());
    await opened.stores.runs.create(sampleRun());
    await opened.stores.taskResults.put('run-1', sampleTaskResult());
    await opened.stores.queue.send('run-1');
    await opened.stores.audit.append({
      atMs: 1,
      actor: { kind: 'local' },
      action: 'run.start',
      target: 'run-1',
      detail: null,
    });
    opened.stores.close();
    const again = openSqliteStores(opened.path);
    expect(await again.scenarios.get('scenario-1')).toEqual(sampleScenario());
    expect(await again.runs.get('run-1')).toEqual(sampleRun());
    expect(await again.taskResults.list('run-1')).toEqual([sampleTaskResult()]);
    expect(await again.queue.receive({ max: 5, visibilitySeconds: 1 })).toMatchObject([{ runId: 'run-1' }]);
    expect((await again.audit.list({ limit: 5, cursor: null })).items).toMatchObject([{ action: 'run.start' }]);
    again.close();
  });

  it('are readable by their owner only, the side files as well', async () => {
    await opened.stores.runs.create(sampleRun());
    const names = await readdir(opened.folder);
    expect(names).toContain('loadstar.sqlite-wal');
    for (const name of names) expect((await stat(join(opened.folder, name))).mode & 0o777).toBe(0o600);
  });

  it('can be closed twice, and say so when they are used after', async () => {
    opened.stores.close();
    opened.stores.close();
    await expect(opened.stores.runs.get('run-1')).rejects.toMatchObject({ code: 'store_failed' });
  });

  describe('shared by processes', () => {
    it('let each version of a run be won by exactly one', async () => {
      await opened.stores.runs.create(sampleRun());
      const scripts = Array.from({ length: 4 }, () => startScript(script, [opened.path, 'update', '25']).ended);
      const results = await Promise.all(scripts);
      // No warning either: SQLite is built into Node, and nobody wants to read that it is new.
      for (const result of results) expect(result).toMatchObject({ code: 0, errors: '' });
      const won = results.flatMap(({ output }) => output.match(/\d+/g) ?? []).map(Number);
      expect(won.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 2));
      expect(await opened.stores.runs.get('run-1')).toMatchObject({ version: 101 });
    });

    it('give each message of the queue to one of them', async () => {
      for (let i = 0; i < 60; i++) await opened.stores.queue.send(`run-${i}`);
      const scripts = Array.from({ length: 4 }, () => startScript(script, [opened.path, 'receive']).ended);
      const got = (await Promise.all(scripts)).flatMap(({ output }) => output.match(/run-\d+/g) ?? []);
      expect(got.toSorted()).toEqual(Array.from({ length: 60 }, (_, i) => `run-${i}`).toSorted());
    });

    it('are created once when all open them at the same time', async () => {
      const path = join(opened.folder, 'new.sqlite');
      const scripts = Array.from({ length: 6 }, () => startScript(script, [path, 'open']).ended);
      for (const result of await Promise.all(scripts)) expect(result).toMatchObject({ code: 0, output: 'opened\n' });
      const database = new DatabaseSync(path);
      expect(database.prepare('SELECT number FROM migrations').all()).toEqual(
        migrations.map((_, i) => ({ number: i + 1 })),
      );
      database.close();
    });

    it('are opened while another one is about to create them', async () => {
      const path = join(opened.folder, 'new.sqlite');
      const other = startScript(script, [path, 'lock']);
      await other.printed('locked');
      openSqliteStores(path).close();
      expect(await other.ended).toMatchObject({ code: 0, errors: '' });
    });

    it('keep every row that a killed one had written', async () => {
      for (const name of ['first', 'second']) {
        const writer = startScript(script, [opened.path, 'create', name]);
        await writer.printed(`created ${name}-10\n`);
        writer.child.kill('SIGKILL');
        const { output } = await writer.ended;
        const created = output.match(/\w+-\d+(?=\n)/g) ?? [];
        expect(created.length).toBeGreaterThan(10);
        for (const id of created) expect(await opened.stores.runs.get(id)).toEqual(sampleRun({ id }));
      }
    });
  });

  describe('that are damaged', () => {
    const damage = (sql: string) => {
      const database = new DatabaseSync(opened.path);
      database.exec(sql);
      database.close();
    };

    it.each([
      ['is no JSON', `'{"id":'`, 'it is not JSON'],
      ['misses a field', `json_remove(document, '$.phase')`, 'phase: Invalid option'],
      ['holds what it should not', `json_set(document, '$.surprise', 1)`, 'Unrecognized key: "surprise"'],
    ])('name the row whose document %s', async (_what, document, problem) => {
      await opened.stores.runs.create(sampleRun());
      damage(`UPDATE runs SET document = ${document}`);
      const expected = {
        code: 'store_failed',
        message: expect.stringContaining(`run run-1 in the database ${opened.path} is damaged: ${problem}`),
      };
      await expect(opened.stores.runs.get('run-1')).rejects.toMatchObject(expected);
      await expect(opened.stores.runs.listUnfinished()).rejects.toMatchObject(expected);
    });

    it('name the task whose result is damaged', async () => {
      await opened.stores.taskResults.put('run-1', sampleTaskResult({ region: 'eu', task: 3 }));
      damage(`UPDATE task_results SET document = '[]'`);
      await expect(opened.stores.taskResults.list('run-1')).rejects.toMatchObject({
        code: 'store_failed',
        message: expect.stringContaining('the result of task 3 of region eu of run run-1 in the database'),
      });
    });

    it('refuse a file that is no database, and leave it alone', async () => {
      const path = join(opened.folder, 'notes.txt');
      await writeFile(path, 'These are my notes. '.repeat(100));
      expect(() => openSqliteStores(path)).toThrow(
        expect.objectContaining({
          code: 'store_failed',
          message: expect.stringContaining(`cannot use the database ${path}: it is not an SQLite database`),
        }),
      );
      expect((await stat(path)).size).toBe(2_000);
    });
  });

  it('say where and why they cannot be opened', async () => {
    const path = join(opened.path, 'below-a-file.sqlite');
    expect(() => openSqliteStores(path)).toThrow(
      expect.objectContaining({
        code: 'store_failed',
        message: `cannot open the database ${path}: a part of its path is a file, not a folder (ENOTDIR)`,
      }),
    );
  });
});
