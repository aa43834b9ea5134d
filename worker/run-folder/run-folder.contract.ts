import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunFolder } from './run-folder.ts';

export interface RunFolderHarness {
  /** Of task 1 in region `eu`. */
  folder: RunFolder;
  /** The folder as the control plane writes and reads it. */
  put(path: string, text: string): Promise<void>;
  /** Null when there is none. */
  get(path: string): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

/** What every adapter of the tasks' run folder does. */
export function runFolderContract(name: string, open: () => Promise<RunFolderHarness>): void {
  describe(`${name} is a run folder`, () => {
    let harness: RunFolderHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());
    const textOf = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString());

    it('reads what is there, whatever its name, and null for what is not', async () => {
      const { folder, put } = harness;
      for (const path of ['plan.json', 'files/data/ü %41?#&+;=.csv']) {
        expect(await folder.read(path)).toBeNull();
        await put(path, `{"is": "${path}"}`);
        expect(textOf(await folder.read(path))).toBe(`{"is": "${path}"}`);
      }
      await put('files/empty', '');
      expect(await folder.read('files/empty')).toHaveLength(0);
    });

    it('reads control.json as it is now, every time', async () => {
      const { folder, put } = harness;
      for (const text of ['one', 'one', 'two', 'one']) {
        await put('control.json', text);
        expect(textOf(await folder.read('control.json'))).toBe(text);
        expect(textOf(await folder.read('control.json'))).toBe(text);
      }
    });

    it('writes whole objects, the same again, and marks anew', async () => {
      const { folder, get } = harness;
      const segment = Buffer.alloc(1_000_000, 'segment ');
      await folder.write('series/eu/1/0.seg', segment);
      await folder.write('series/eu/1/0.seg', segment);
      expect(Buffer.from((await get('series/eu/1/0.seg')) ?? []).equals(segment)).toBe(true);
      await folder.write('ready/eu/1.json', Buffer.from('old'));
      await folder.write('ready/eu/1.json', Buffer.from('new'));
      expect(textOf(await get('ready/eu/1.json'))).toBe('new');
      await folder.write('results/eu/1.xml', Buffer.from('<xml/>'));
      expect(textOf(await folder.read('results/eu/1.xml'))).toBe('<xml/>');
      await folder.write('artifacts/eu/1/deep/er/a b.log', Buffer.alloc(0));
      expect(await get('artifacts/eu/1/deep/er/a b.log')).toHaveLength(0);
    });

    it('takes many objects at once', async () => {
      const { folder, get } = harness;
      await Promise.all(
        Array.from({ length: 50 }, (_, k) => folder.write(`series/eu/1/${k}.seg`, Buffer.from(`${k}`))),
      );
      for (const k of [0, 25, 49]) expect(textOf(await get(`series/eu/1/${k}.seg`))).toBe(`${k}`);
    });

    it('finds hardly any offset to the clock of the same machine', async () => {
      await harness.put('control.json', '{}');
      expect(Math.abs(await harness.folder.clockOffsetMs())).toBeLessThan(1_000);
    });

    it('takes nothing more when it is closed', async () => {
      await harness.folder.write('series/eu/1/0.seg', Buffer.from('x'));
      await harness.folder.close();
      await harness.folder.close();
      expect(textOf(await harness.get('series/eu/1/0.seg'))).toBe('x');
    });
  });
}
