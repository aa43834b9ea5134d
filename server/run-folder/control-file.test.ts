import { describe, expect, it } from 'vitest';
import { createMemoryObjectStore } from '../adapters/memory/memory-object-store.ts';
import { readControl, writeControl } from './control-file.ts';

const wait = { kind: 'control', state: 'wait', goAtMs: null, stopReason: null } as const;
const stop = { kind: 'control', state: 'stop', goAtMs: null, stopReason: 'cancelled' } as const;

function newPorts() {
  return { objects: createMemoryObjectStore(), nowMs: () => 50_000 };
}

describe('control.json', () => {
  it('begins with the first order', async () => {
    const ports = newPorts();
    expect(await readControl(ports, 'run-1')).toBeNull();
    await writeControl(ports, 'run-1', wait);
    expect(await readControl(ports, 'run-1')).toEqual({ revision: 1, state: 'wait', goAtMs: null, stopReason: null });
  });

  it('takes every order of many who give them at once, each with its own revision', async () => {
    const ports = newPorts();
    const written = await Promise.all(Array.from({ length: 8 }, () => writeControl(ports, 'run-1', wait)));
    expect(written.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('gives one start instant, whoever says go', async () => {
    const ports = newPorts();
    await Promise.all([1, 2, 3].map((leadMs) => writeControl(ports, 'run-1', { kind: 'go', leadMs })));
    const first = (await readControl(ports, 'run-1'))?.goAtMs;
    await writeControl(ports, 'run-1', { kind: 'go', leadMs: 9 });
    expect([50_001, 50_002, 50_003]).toContain(first);
    expect(await readControl(ports, 'run-1')).toMatchObject({ revision: 4, goAtMs: first });
  });

  it('stays stopped when somebody who is late says go', async () => {
    const ports = newPorts();
    await writeControl(ports, 'run-1', stop);
    expect(await writeControl(ports, 'run-1', { kind: 'go', leadMs: 1 })).toMatchObject({
      state: 'stop',
      goAtMs: null,
    });
  });

  it('replaces a damaged file by one that every task takes for newer', async () => {
    const ports = newPorts();
    await ports.objects.put('runs/run-1/control.json', new TextEncoder().encode('{"revision": 7,'));
    expect(await readControl(ports, 'run-1')).toBeNull();
    expect(await writeControl(ports, 'run-1', stop)).toMatchObject({ revision: 50_000, state: 'stop' });
  });
});
