import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProcTable, createPsTable, isAlive, openProcessTable } from './process-table.ts';

const onLinux = process.platform === 'linux';

describe.each([
  ...(onLinux ? [{ name: '/proc', open: createProcTable }] : []),
  { name: 'ps', open: createPsTable },
  { name: 'whatever this system offers', open: openProcessTable },
])('the process table by $name', ({ open }) => {
  let child: ChildProcess;
  let pid: number;
  beforeEach(async () => {
    child = spawn(process.execPath, ['-e', 'console.log(); setInterval(() => {}, 60000)'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { SOME_MARK: 'a/b' },
      argv0: 'a ) strange ( name',
    });
    if (child.stdout !== null) await once(child.stdout, 'data');
    pid = child.pid ?? 0;
  });
  afterEach(() => {
    child.kill('SIGKILL');
  });

  it('knows a process by number and start, always alike', () => {
    const table = open();
    const entry = table.read([pid]).get(pid);
    expect(entry).toMatchObject({ pid, group: pid, ended: false });
    expect(table.readAll().get(pid)).toEqual(entry);
    expect(open().read([process.pid, pid]).get(pid)).toEqual(entry);
    expect(entry && isAlive(table.read([pid]), entry)).toBe(true);
    expect(isAlive(table.read([pid]), { pid, startedAt: 'another time' })).toBe(false);
  });

  it('reads the start alike in every time zone', () => {
    const before = open().read([pid]).get(pid)?.startedAt;
    vi.stubEnv('TZ', 'Pacific/Kiritimati');
    vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
    expect(open().read([pid]).get(pid)?.startedAt).toBe(before);
    vi.unstubAllEnvs();
  });

  it('has only what exists', async () => {
    const entry = open().read([pid]).get(pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(open().read([pid]).size).toBe(0);
    expect(entry && isAlive(open().read([pid]), entry)).toBe(false);
    expect(open().read([]).size).toBe(0);
    expect(open().readAll().has(process.pid)).toBe(true);
  });

  it('sees that a process has ended whose parent has not asked', async () => {
    // The shell starts one and becomes a program that never asks how it ended.
    const becomes = "exec /bin/sh -c 'echo ready; exec sleep 600'";
    const shell = spawn('/bin/sh', ['-c', `sleep 600 & echo $!; ${becomes}`], { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    shell.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await vi.waitFor(() => expect(output).toContain('ready'), 20_000);
    const zombie = Number.parseInt(output, 10);
    process.kill(zombie, 'SIGKILL');
    await vi.waitFor(() => expect(open().read([zombie]).get(zombie)).toMatchObject({ ended: true }), 20_000);
    shell.kill('SIGKILL');
  });

  it('never says of a process that it was started with what it was not', () => {
    const table = open();
    expect(table.wasStartedWith(pid, 'SOME_MARK', 'a/b')).not.toBe(false);
    expect(table.wasStartedWith(pid, 'SOME_MARK', 'a')).not.toBe(true);
    expect(table.wasStartedWith(pid, 'MARK', 'a/b')).not.toBe(true);
  });
});

describe.runIf(onLinux)('/proc', () => {
  it('tells what a process was started with', () => {
    const table = createProcTable();
    expect(table.wasStartedWith(process.pid, 'PATH', process.env.PATH ?? '')).toBe(true);
    expect(table.wasStartedWith(process.pid, 'PATH', '/nowhere')).toBe(false);
    expect(table.wasStartedWith(2 ** 30, 'PATH', '/nowhere')).toBeNull();
  });
});
