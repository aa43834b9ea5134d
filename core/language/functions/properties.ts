/** Functions that read and set what all users of a task share: properties and the environment. */
import type { FunctionDefinition } from './function.ts';

export const propertyFunctions: Record<string, FunctionDefinition> = {
  __P: {
    usage: '__P(name,default)',
    gives: 'a property, the default or 1',
    fewest: 1,
    most: 2,
    changes: true,
    run: ([name = '', otherwise = '1'], { context }) => context.properties.get(name) ?? otherwise.trim(),
  },
  __property: {
    usage: '__property(name,variable,default)',
    gives: 'a property, the default or the name itself',
    fewest: 1,
    most: 3,
    result: 1,
    changes: true,
    run: ([name = '', , otherwise = name], { context }) => context.properties.get(name) ?? otherwise.trim(),
  },
  __setProperty: {
    usage: '__setProperty(name,value,returnsOld)',
    gives: 'nothing, or with true as third argument what the property was',
    fewest: 2,
    most: 3,
    changes: true,
    run([name = '', value = '', returnsOld = ''], { context }) {
      const old = context.properties.get(name) ?? 'null';
      context.properties.set(name, value.trim());
      return returnsOld.toLowerCase() === 'true' ? old : '';
    },
  },
  __isPropDefined: {
    usage: '__isPropDefined(name)',
    gives: 'true or false',
    fewest: 1,
    most: 1,
    changes: true,
    run: ([name = ''], { context }) => String(context.properties.has(name)),
  },
  __env: {
    usage: '__env(name,variable,default)',
    gives: 'a variable of the environment, the default or the name itself',
    fewest: 1,
    most: 3,
    result: 1,
    changes: true,
    run: ([name = '', , otherwise = name], { context }) =>
      Object.hasOwn(context.env, name) ? (context.env[name] ?? otherwise) : otherwise.trim(),
  },
};
