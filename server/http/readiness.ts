/** Whether the control plane can work now. Anybody may ask, as often as they like: what was found counts for a second. */
import type { Readiness } from '../../core/api/system.ts';

export type ReadinessCheck = () => Promise<unknown>;

const CHECK_MS_MAX = 2_000;
const KEPT_MS = 1_000;

/** `nowMs`: milliseconds of any clock. Says which check has failed, never why: that is for the log of whoever knows. */
export function createReadiness(
  checks: Readonly<Record<string, ReadinessCheck>>,
  nowMs: () => number,
  checkMsMax = CHECK_MS_MAX,
): () => Promise<Readiness> {
  let latest: { atMs: number; found: Promise<Readiness> } | null = null;
  return () => {
    const now = nowMs();
    if (latest === null || now - latest.atMs >= KEPT_MS || now < latest.atMs) {
      latest = { atMs: now, found: look(checks, checkMsMax) };
    }
    return latest.found;
  };
}

async function look(checks: Readonly<Record<string, ReadinessCheck>>, checkMsMax: number): Promise<Readiness> {
  const found = await Promise.all(
    Object.entries(checks).map(
      async ([name, check]) => [name, (await passes(check, checkMsMax)) ? 'ok' : 'failed'] as const,
    ),
  );
  const status = found.every(([, state]) => state === 'ok') ? 'ready' : 'not ready';
  return { status, checks: Object.fromEntries(found) };
}

function passes(check: ReadinessCheck, checkMsMax: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), checkMsMax);
    const settle = (passed: boolean) => {
      clearTimeout(timer);
      resolve(passed);
    };
    Promise.resolve()
      .then(check)
      .then(
        () => settle(true),
        () => settle(false),
      );
  });
}
