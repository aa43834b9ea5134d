/** An emulator for the tests of a file. */
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { needs } from '../needs.ts';
import { toolNamed } from '../tools.ts';
import { type Emulator, READY_SECONDS_MAX } from './emulator.ts';

/**
 * One emulator for all of the file (or of the `describe`) that calls it. Its tests are skipped with the reason where the tool is missing.
 * The URL is there as soon as hooks and tests run.
 */
export function useEmulator(tool: string, start: () => Promise<Emulator>): { readonly url: string } {
  let emulator: Emulator | undefined;
  beforeAll(async () => {
    if (toolNamed(tool).find() !== null) emulator = await start();
  }, READY_SECONDS_MAX * 1000);
  beforeEach((context) => {
    needs(context, tool);
  });
  afterAll(() => emulator?.stop());
  return {
    get url() {
      if (emulator === undefined) throw new Error(`${tool} has not been started yet`);
      return emulator.url;
    },
  };
}
