/** Functions that tell of the user, its place, its variables and its counters. */
import type { FunctionDefinition } from './function.ts';

/** A read of a variable whose name is the first argument. */
const firstName = ([name]: readonly (string | null)[]): string[] => (name ? [name] : []);

export const userFunctions: Record<string, FunctionDefinition> = {
  __threadNum: {
    usage: '__threadNum',
    gives: "the user's number in its execution, from 1",
    fewest: 0,
    most: 0,
    changes: true,
    run: (_, { context }) => String(context.userNumber),
  },
  __threadGroupName: {
    usage: '__threadGroupName',
    gives: "the name of the user's scenario",
    fewest: 0,
    most: 0,
    changes: true,
    run: (_, { context }) => context.flowName,
  },
  __iterationNum: {
    usage: '__iterationNum',
    gives: "the user's iteration, from 1",
    fewest: 0,
    most: 0,
    changes: true,
    run: (_, { context }) => String(context.iteration),
  },
  __machineName: {
    usage: '__machineName(variable)',
    gives: "the machine's name",
    fewest: 0,
    most: 1,
    result: 0,
    changes: true,
    run: (_, { context }) => context.host(),
  },
  __counter: {
    usage: '__counter(perUser,variable)',
    gives:
      '1, 2, 3, ...: TRUE counts for each user, FALSE for all users of a worker thread; each place in a file counts alone',
    fewest: 1,
    most: 2,
    result: 1,
    changes: true,
    run([perUser = ''], { context }, { id }) {
      const counters = perUser.toLowerCase() === 'true' ? context.userCounters : context.counters;
      const count = (counters.get(id) ?? 0) + 1;
      counters.set(id, count);
      return String(count);
    },
  },
  __V: {
    usage: '__V(name,default)',
    gives: 'the variable of that name, the default or the name itself',
    fewest: 1,
    most: 2,
    changes: true,
    reads: firstName,
    run: ([name = '', otherwise = name], scope) => scope.get(name) ?? otherwise,
  },
  __eval: {
    usage: '__eval(text)',
    gives: 'the text, filled in once more',
    fewest: 1,
    most: 1,
    changes: true,
    run: ([text = ''], scope, call) => call.fillText(text, scope),
  },
  __evalVar: {
    usage: '__evalVar(name)',
    gives: 'the value of a variable, filled in',
    fewest: 1,
    most: 1,
    changes: true,
    reads: firstName,
    run: ([name = ''], scope, call) => call.fillText(scope.get(name) ?? '', scope),
  },
  __isVarDefined: {
    usage: '__isVarDefined(name)',
    gives: 'true or false',
    fewest: 1,
    most: 1,
    changes: true,
    reads: firstName,
    run: ([name = ''], scope) => String(scope.get(name) !== undefined),
  },
  __isDefined: {
    usage: '__isDefined(name)',
    gives: '1 when there is a variable of that name, else 0',
    fewest: 1,
    most: 1,
    changes: true,
    reads: ([name]) => (name ? [name.trim()] : []),
    run: ([name = ''], scope) => (scope.get(name.trim()) === undefined ? '0' : '1'),
  },
};
