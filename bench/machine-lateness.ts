/**
 * How late the machine itself is: a thread that does nothing but sleep until instants a millisecond apart. No generator on it is more punctual. Prints
 * one line of JSON.
 *
 *     node bench/machine-lateness.ts SECONDS
 */
import { writeFileSync } from 'node:fs';
import { Distribution } from '../core/statistics/distribution.ts';

export interface MachineLateness {
  p99Us: number;
  maxUs: number;
}

const GAP_MS = 1;

try {
  // Else Linux ends waits up to 50 us late.
  writeFileSync('/proc/self/timerslack_ns', '1');
} catch {}

const lateness = new Distribution();
const nothing = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const startedAtMs = performance.now();
const instants = Math.round((Number(process.argv[2]) * 1_000) / GAP_MS);
for (let instant = 1; instant <= instants; instant++) {
  const dueMs = startedAtMs + instant * GAP_MS;
  const waitMs = dueMs - performance.now();
  if (waitMs > 0) Atomics.wait(nothing, 0, 0, waitMs);
  lateness.record(Math.round((performance.now() - dueMs) * 1_000));
}
const result: MachineLateness = { p99Us: lateness.percentileUs(99), maxUs: lateness.maxUs };
console.log(JSON.stringify(result));
