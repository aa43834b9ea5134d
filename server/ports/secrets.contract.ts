import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../core/limits.ts';
import type { SecretStore, SecretSummary } from './secrets.ts';

const ada = { kind: 'user', id: 'user-ada', name: 'Ada', role: 'editor', tokenId: null } as const;

function secret(name: string, value = `value of ${name}`): SecretSummary & { value: string } {
  return { name, value, updatedAtMs: 1_700_000_000_000.5, updatedBy: ada };
}

/** What every store of secrets does. `secretsMax`: of the stores that are opened. */
export function secretStoreContract(
  name: string,
  open: () => Promise<{ secrets: SecretStore; close: () => Promise<void> }>,
  secretsMax: number = limits.secretsMax,
): void {
  describe(`${name} is a store of secrets`, () => {
    let secrets: SecretStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ secrets, close } = await open());
    });
    afterEach(() => close());

    it('gives back the values that were written, and lists them without', async () => {
      const value = `Größe „schön“ 🚀'; DROP TABLE secrets; --\n${'x'.repeat(limits.secretBytesMax)}`;
      await secrets.put(secret('B', value));
      await secrets.put(secret('A'));
      expect(await secrets.read(['A', 'B', 'C'])).toEqual(
        new Map([
          ['A', 'value of A'],
          ['B', value],
        ]),
      );
      const listed = await secrets.list();
      expect(listed).toEqual([
        { name: 'A', updatedAtMs: 1_700_000_000_000.5, updatedBy: ada },
        { name: 'B', updatedAtMs: 1_700_000_000_000.5, updatedBy: ada },
      ]);
      expect(await secrets.read([])).toEqual(new Map());
    });

    it('replaces a value whole', async () => {
      await secrets.put(secret('A', 'the first and longer one'));
      await secrets.put({ ...secret('A', 'second'), updatedAtMs: 2, updatedBy: { kind: 'local' } });
      expect(await secrets.read(['A'])).toEqual(new Map([['A', 'second']]));
      expect(await secrets.list()).toEqual([{ name: 'A', updatedAtMs: 2, updatedBy: { kind: 'local' } }]);
    });

    it('deletes, and says whether there was something to delete', async () => {
      await secrets.put(secret('A'));
      expect(await secrets.delete('A')).toBe(true);
      expect(await secrets.delete('A')).toBe(false);
      expect(await secrets.list()).toEqual([]);
      expect(await secrets.read(['A'])).toEqual(new Map());
    });

    it('takes no more than its limit, and replaces still', async () => {
      for (let i = 0; i < secretsMax; i++) await secrets.put(secret(`S${i}`, 'some'));
      await expect(secrets.put(secret('ONE_MORE'))).rejects.toMatchObject({ code: 'option_invalid' });
      await secrets.put(secret('S7', 'other'));
      expect(await secrets.read(['S7', 'ONE_MORE'])).toEqual(new Map([['S7', 'other']]));
    });

    it('bears writers side by side', async () => {
      const values = Array.from({ length: 20 }, (_, i) => `value ${i}`);
      await Promise.all(values.map((value) => secrets.put(secret('A', value))));
      expect(values).toContain((await secrets.read(['A'])).get('A'));
      expect(await secrets.list()).toHaveLength(1);
    });
  });
}
