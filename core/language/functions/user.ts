/** Functions that tell of the user, its place and its counters. */
import type { FunctionDefinition } from './function.ts';

export const userFunctions = {
  __threadNum: {
    usage: '__threadNum',
    gives: "the user's number in its execution, from 1",
    fewest: 0,
    most: 0,
    result: null,
    changes: true,
    run: (_, { context }) => String(context.userNumber),
  },
  __threadGroupName: {
    usage: '__threadGroupName',
    gives: "the name of the user's scenario",
    fewest: 0,
    most: 0,
    result: null,
    changes: true,
    run: (_, { context }) => context.flowName,
  },
  __iterationNum: {
    usage: '__iterationNum',
    gives: "the user's iteration, from 1",
    fewest: 0,
    most: 0,
    result: null,
    changes: true,
    run: (_, { context }) => String(context.iteration),
  },
} satisfies Record<string, FunctionDefinition>;
