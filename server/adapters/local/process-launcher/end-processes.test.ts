import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { endGroups, type TaskGroup } from './end-processes.ts';
import { alive } from './fixtures/launcher-folder.ts';
import { openProcessTable } from './process-table.ts';
import { MARK_VARIABLE } from './task-records.ts';

const onLinux = process.platform === 'linux';
const MARK = 'run-1/eu/0/attempt';
const table = openProcessTable();
const started: ChildProcess[] = [];

/** A process group: its leader starts another process, says its number, and stays or ends. */
async function startGroup(then: 'stays' | 'ends', env: Record<string, string> = {}) {
  const script = `sleep 600 >/dev/null & echo $!; ${then === 'stays' ? 'wait' : 'exec sleep 0.2'}`;
  const leader = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, ...env },
  });
  started.push(leader);
  const [output] = await once(leader.stdout, 'data');
  const pid = leader.pid ?? 0;
  const startedAt = table.read([pid]).get(pid)?.startedAt ?? '';
  if (then === 'ends') await once(leader, 'exit');
  const group: TaskGroup = { leader: { pid, startedAt }, mark: MARK };
  return { group, pid, member: Number(output.toString()) };
}

describe('endGroups', () => {
  afterEach(() => {
    for (const { pid } of started.splice(0)) {
      try {
        process.kill(-(pid ?? Number.NaN), 'SIGKILL');
      } catch {
        // Ended by the test.
      }
    }
  });

  it('ends all of several groups', async () => {
    const groups = [await startGroup('stays'), await startGroup('stays')];
    await endGroups(
      table,
      groups.map(({ group }) => group),
      20,
    );
    expect(alive(groups.flatMap(({ pid, member }) => [pid, member]))).toEqual([]);
  });

  it('ends what a leader that is gone has left, when it carries the mark', async () => {
    const { group, pid, member } = await startGroup('ends', { [MARK_VARIABLE]: MARK });
    expect(alive([pid, member])).toEqual([member]);
    await endGroups(table, [group], 0);
    expect(alive([member])).toEqual([]);
  });

  it.runIf(onLinux)('leaves a group alone that has the number of one that is gone, but not its mark', async () => {
    for (const env of [{}, { [MARK_VARIABLE]: 'run-2/eu/0/attempt' }]) {
      const { group, member } = await startGroup('ends', env);
      await endGroups(table, [group], 0);
      expect(alive([member])).toEqual([member]);
    }
  });

  it('leaves a group alone whose leader is another process of the same number', async () => {
    const { group, pid, member } = await startGroup('stays', { [MARK_VARIABLE]: MARK });
    await endGroups(table, [{ ...group, leader: { pid, startedAt: 'another time' } }], 0);
    expect(alive([pid, member])).toEqual([pid, member]);
  });

  it('has nothing to do for no groups, and for groups that are gone', async () => {
    await endGroups(table, [], 20);
    const { group } = await startGroup('stays');
    await endGroups(table, [group], 0);
    await endGroups(table, [group], 20);
  });
});
