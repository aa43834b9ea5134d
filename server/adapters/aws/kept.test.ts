import { expect, it } from 'vitest';
import { kept } from './kept.ts';

it('reads again what is old, what was forgotten, and what failed, and once for many', async () => {
  let now = 0;
  let reads = 0;
  let isFailing = false;
  const { forget, get } = kept(
    () => now,
    100,
    async () => {
      reads++;
      if (isFailing) throw new Error('no network');
      return reads;
    },
  );
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
  now = 99;
  expect(await get()).toBe(1);
  now = 100;
  expect(await get()).toBe(2);
  forget();
  expect(await get()).toBe(3);
  forget();
  isFailing = true;
  await expect(get()).rejects.toThrow('no network');
  isFailing = false;
  expect(await get()).toBe(5);
});

it('keeps what was read since another reading began, which fails late', async () => {
  const late = Promise.withResolvers<string>();
  const answers = [late.promise, Promise.resolve('newer'), Promise.resolve('needless')];
  const { forget, get } = kept(
    () => 0,
    100,
    () => answers.shift()!,
  );
  const first = get();
  forget();
  expect(await get()).toBe('newer');
  late.reject(new Error('no network'));
  await expect(first).rejects.toThrow('no network');
  expect(await get()).toBe('newer');
});
