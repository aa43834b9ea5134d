import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../core/limits.ts';
import { runFolderPaths } from '../../core/run-folder/run-folder.ts';
import { mayRead, writableObject } from './task-objects.ts';

const regions = [
  { name: 'eu', tasks: 11, share: 1 },
  { name: 'us-1', tasks: 1, share: 1 },
];
const planned = fc.oneof(
  fc.record({ region: fc.constant('eu'), task: fc.nat(10) }),
  fc.record({ region: fc.constant('us-1'), task: fc.constant(0) }),
);
const notPlanned = fc.oneof(
  fc.record({ region: fc.constant('eu'), task: fc.integer({ min: 11, max: 2_000_000 }) }),
  fc.record({ region: fc.constant('us-1'), task: fc.integer({ min: 1, max: 20_000 }) }),
  fc.record({ region: fc.constantFrom('us', 'us-1-1', 'constructor', 'EU', '..', ''), task: fc.nat(3) }),
);
type Id = { region: string; task: number };
const deliveries = (id: Id, k: number) => [
  runFolderPaths.ready(id),
  runFolderPaths.segment(id, k),
  runFolderPaths.totals(id),
  runFolderPaths.done(id),
  runFolderPaths.xml(id),
  runFolderPaths.artifact(id, 'a/b.log'),
];

describe('the objects of tasks', () => {
  it('are all that a planned task delivers, and nothing of one that is not planned', () => {
    fc.assert(
      fc.property(planned, notPlanned, fc.nat(600_000), (id, other, k) => {
        for (const path of deliveries(id, k)) expect(writableObject(path, regions), path).not.toBeNull();
        for (const path of deliveries(other, k)) {
          expect(writableObject(path, regions), path).toBeNull();
          expect(mayRead(path, regions), path).toBe(false);
        }
      }),
    );
  });

  it('are small where they are marks, and never change where others merge them', () => {
    const kinds = deliveries({ region: 'eu', task: 3 }, 0).map((path) => writableObject(path, regions));
    expect(kinds.map((kind) => kind?.isImmutable)).toEqual([false, true, true, false, true, false]);
    expect(kinds.map((kind) => kind?.bytesMax === limits.taskMarkBytesMax)).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  it('are never what the control plane writes, whatever is done to a path', () => {
    const own = ['plan.json', 'control.json', 'files/a', 'folded/eu/0.seg', 'report.json', 'results/eu/0.damaged.json'];
    const piece = fc.constantFrom(
      'ready',
      'series',
      'results',
      'artifacts',
      'files',
      'eu',
      '0',
      '.',
      '..',
      '',
      '0.seg',
      ...own,
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        const path = pieces.join('/');
        if (writableObject(path, regions) === null) return;
        const { pathname } = new URL(path, 'http://host/runs/run-1/');
        expect(pathname).toBe(`/runs/run-1/${path}`);
        expect(path).toMatch(/^(ready|series|results|artifacts)\/eu\/0/);
        expect(own).not.toContain(path);
      }),
      { numRuns: 3_000 },
    );
  });
});
