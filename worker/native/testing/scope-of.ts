/** A user's variables, for tests. */
import { UserScope } from '../load/user-scope.ts';

/** Of the first user of a flow called `test`, which begins with the variables. */
export function scopeOf(variables: Record<string, string> = {}): UserScope {
  return new UserScope(0, {
    name: 'test',
    variables: new Map(Object.entries(variables)),
    properties: new Map(),
    env: {},
    counters: new Map(),
    rows: [],
    users: new Set(),
  });
}
