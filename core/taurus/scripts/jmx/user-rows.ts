/**
 * Users of a thread group as rows, the form of the Ultimate Thread Group: so many users, the first after `delay`, the last `startup` later; each
 * stays until `hold` after the last has come, and they leave within `shutdown`. All in seconds.
 */
import type { LoadCurve } from '../../../plan/plan.ts';

export interface UserRow {
  users: number;
  delay: number;
  startup: number;
  hold: number;
  shutdown: number;
}

export function rowCurve({ users, delay, startup, hold, shutdown }: UserRow): LoadCurve {
  const pieces = [
    { seconds: delay, from: 0, to: 0 },
    { seconds: startup, from: 0, to: users },
    { seconds: hold, from: users, to: users },
    { seconds: shutdown, from: users, to: 0 },
  ];
  return pieces.filter(({ seconds }) => seconds > 0);
}

/** The settings of a Stepping Thread Group. Times in seconds. */
export interface Stairs {
  users: number;
  delay: number;
  /** Users of the first stair; 0: as of the others. */
  burst: number;
  /** Users of each stair; 0: all. */
  startUsers: number;
  startPeriod: number;
  /** In which the users of a stair come. */
  rampUp: number;
  hold: number;
  /** Users who leave at once, one such lot after the other; 0: all. */
  stopUsers: number;
  stopPeriod: number;
}

/** When its users come and leave is worked out as the plugin does it; in the order of the users. */
export function stairRows(stairs: Stairs): UserRow[] {
  const { users, delay, rampUp, hold, startPeriod, stopPeriod } = stairs;
  const startUsers = stairs.startUsers === 0 ? users : stairs.startUsers;
  const stopUsers = stairs.stopUsers === 0 ? users : stairs.stopUsers;
  const burst = Math.min(stairs.burst, users) > 0 ? Math.min(stairs.burst, users) : startUsers;
  const stairSeconds = startPeriod + rampUp;
  const stairsAfterBurst = users < burst ? 1 : Math.ceil((users - burst) / startUsers);
  const lastUsers = (users - burst) % startUsers || startUsers;
  const firstLeaves = Math.ceil(delay + stairsAfterBurst * stairSeconds + (rampUp / startUsers) * lastUsers + hold);
  const rows: UserRow[] = [];
  for (let user = 0; user < users; ) {
    const stair = user < burst ? 0 : 1 + Math.floor((user - burst) / startUsers);
    const stairEnd = burst + stair * startUsers;
    const lot = Math.floor(user / stopUsers);
    const next = Math.min(users, stairEnd, (lot + 1) * stopUsers);
    const stairSize = stair === 0 ? burst : startUsers;
    const begin = stair * stairSeconds + delay + Math.round((rampUp * (user - (stairEnd - stairSize))) / stairSize);
    const startup = Math.round((rampUp * (next - user)) / stairSize);
    const end = firstLeaves + lot * stopPeriod;
    rows.push({ users: next - user, delay: begin, startup, hold: Math.max(0, end - begin - startup), shutdown: 0 });
    user = next;
  }
  return rows;
}
