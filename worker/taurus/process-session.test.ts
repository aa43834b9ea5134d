import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processHealthSource } from '../health.ts';
import { killSession, sameProcesses, sessionProcesses } from './process-session.ts';
import { sessionHealthSource } from './session-health.ts';

/** A session whose leader has started two more processes, one of them in a process group of its own. */
async function startSession(script: string): Promise<number> {
  const leader = spawn('bash', ['-c', `set -m; ${script} & ${script} & echo started; wait`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(leader.stdout, 'data');
  const pid = leader.pid ?? 0;
  onTestFinished(async () => {
    await killSession(pid, 10_000);
  });
  return pid;
}

describe.runIf(process.platform === 'linux')('the processes of a session', () => {
  it('are all that was started in it, and end by force, whatever their groups', async () => {
    const pid = await startSession('sleep 600');
    await expect.poll(() => sessionProcesses(pid).length).toBe(3);
    const found = sessionProcesses(pid);
    expect(found.map((entry) => entry.pid)).toContain(pid);
    expect(found.every(({ hasEnded, memoryBytes }) => !hasEnded && memoryBytes > 0)).toBe(true);
    expect(sameProcesses(pid, [pid, process.pid]).map((entry) => entry.pid)).toEqual([pid]);
    expect(await killSession(pid, 10_000)).toBe(true);
    expect(sessionProcesses(pid).filter(({ hasEnded }) => !hasEnded)).toEqual([]);
    expect(await killSession(pid, 10_000)).toBe(true);
  });

  it('count for the health of the generator: their CPU and memory, and this one', async () => {
    const pid = await startSession('while :; do :; done');
    let leader: number | null = null;
    const health = sessionHealthSource(() => leader, {
      ...processHealthSource,
      cpuUs: () => 5,
      memoryBytesMax: () => 7,
    });
    expect([health.cpuUs(), health.memoryBytesMax()]).toEqual([5, 7]);
    leader = pid;
    await expect.poll(() => health.cpuUs(), { timeout: 30_000 }).toBeGreaterThan(100_000);
    expect(health.memoryBytesMax()).toBeGreaterThan(1_000_000);
    const before = health.cpuUs();
    await killSession(pid, 10_000);
    expect(health.cpuUs()).toBeGreaterThanOrEqual(before);
    expect(health.watchEventLoop().stop()).toEqual({ p50: 0, p99: 0, max: 0 });
  });
});
