import { expect, it } from 'vitest';
import { pathOfOurs } from './path-of-ours.ts';

it.each([
  ['/runs/run-1?tab=log#end', '/runs/run-1?tab=log#end'],
  ['//elsewhere.example/runs', '/'],
  ['/\\elsewhere.example', '/'],
  ['https://elsewhere.example', '/'],
  ['javascript:alert(1)', '/'],
  ['runs', '/'],
  ['', '/'],
  [undefined, '/'],
  [{ path: '/runs' }, '/'],
])('goes on at a path of ours after %j', (text, path) => {
  expect(pathOfOurs(text)).toBe(path);
});
