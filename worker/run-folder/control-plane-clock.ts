/** How far this machine's clock is off, as the control plane's answers tell it. */
import { LoadstarError } from '../../core/errors.ts';
import { RUN_FOLDER_TIME_HEADER } from '../../core/run-folder/run-folder.ts';
import type { Clock } from '../clock.ts';
import { type Answer, refused } from './control-plane.ts';

/** The control plane tells its time in whole milliseconds. */
const RESOLUTION_MS = 1;

export interface ClockProbe {
  /** Of this machine's clock. */
  sentAtMs: number;
  roundTripMs: number;
  /** What the control plane's clock showed in between. */
  serverMs: number;
}

/** Asks `count` times, one after the other. Throws `store_failed`. */
export async function probeClock(
  ask: (what: string) => Promise<Answer>,
  clock: Pick<Clock, 'epochMs' | 'monotonicMs'>,
  count: number,
): Promise<ClockProbe[]> {
  const what = "cannot ask for the control plane's time";
  const probes: ClockProbe[] = [];
  for (let i = 0; i < count; i++) {
    const sentAtMs = clock.epochMs();
    const beganAtMs = clock.monotonicMs();
    const answer = await ask(what);
    const roundTripMs = clock.monotonicMs() - beganAtMs;
    if (answer.status !== 200) throw refused(what, answer);
    const serverMs = timeOf(answer);
    if (serverMs === null) throw new LoadstarError('store_failed', `${what}: the answer does not tell it`);
    probes.push({ sentAtMs, roundTripMs, serverMs });
  }
  return probes;
}

/** The control plane's clock when it answered, in epoch milliseconds; null when it does not say. */
export function timeOf({ headers }: Pick<Answer, 'headers'>): number | null {
  const told = Number(headers.get(RUN_FOLDER_TIME_HEADER) ?? Number.NaN);
  return Number.isFinite(told) ? told : null;
}

/**
 * The control plane's clock minus ours: told by the probe with the shortest round trip, as if its two ways had taken equally long. Its error is
 * at most half of that round trip. 0 below what it can resolve. `believesOwn`: where clocks are known to be set well, as those of hosts in AWS
 * are, an offset that the round trip explains is none.
 */
export function offsetOf(probes: readonly ClockProbe[], { believesOwn = false } = {}): number {
  const [first, ...others] = probes;
  if (first === undefined) return 0;
  const best = others.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a), first);
  const offsetMs = best.serverMs - (best.sentAtMs + best.roundTripMs / 2);
  return Math.abs(offsetMs) <= RESOLUTION_MS + (believesOwn ? best.roundTripMs / 2 : 0) ? 0 : offsetMs;
}
