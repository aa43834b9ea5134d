/** Functions that give something else each time. */
import type { FunctionDefinition } from './function.ts';

export const randomFunctions = {
  __UUID: {
    usage: '__UUID()',
    gives: 'a random UUID (version 4)',
    fewest: 0,
    most: 0,
    result: null,
    changes: true,
    run: () => globalThis.crypto.randomUUID(),
  },
} satisfies Record<string, FunctionDefinition>;
