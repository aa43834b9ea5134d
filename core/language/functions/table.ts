/** All functions of templates by name, and what to say of those that are none. */
import { nearestWord } from '../../input/near-spelling.ts';
import { dateFunctions } from './dates.ts';
import { encodingFunctions } from './encoding.ts';
import { expressionFunctions } from './expressions.ts';
import type { FunctionDefinition } from './function.ts';
import { numberFunctions } from './numbers.ts';
import { propertyFunctions } from './properties.ts';
import { randomFunctions } from './random.ts';
import { textFunctions } from './text.ts';
import { userFunctions } from './user.ts';

export const functions: ReadonlyMap<string, FunctionDefinition> = new Map(
  Object.entries({
    ...userFunctions,
    ...propertyFunctions,
    ...randomFunctions,
    ...dateFunctions,
    ...numberFunctions,
    ...textFunctions,
    ...encodingFunctions,
    ...expressionFunctions,
  }),
);

/** Why a function is not there, and what to use instead. */
export const refusedFunctions: Readonly<Record<string, string>> = {
  __BeanShell: 'scripts are not run; use __jexl3 with a simple expression',
  __CSVRead: 'use data-sources',
  __FileToString: 'use body-file, or data-sources',
  __StringFromFile: 'use data-sources',
  __StringToFile: 'files are not written',
  __XPath: 'use data-sources, or extract-xpath',
  __log: 'nothing is logged',
  __logn: 'nothing is logged',
  __machineIP: 'a machine may have several addresses; use __machineName, or a property',
  __regexFunction: 'use extract-regexp',
  __samplerName: 'write the label itself',
  __TestPlanName: 'write the name itself',
};

/** The words of a refusal, to follow a path. */
export function refusal(name: string): string {
  const bare = /^[\w.]+/.exec(name)?.[0] ?? name;
  if (Object.hasOwn(refusedFunctions, bare)) return `\${${bare}} is not supported: ${refusedFunctions[bare]}`;
  const words = Array.from(functions.keys(), (known) => known.slice(2));
  const near = nearestWord(bare.slice(2), words);
  return `\${${bare}}: there is no function of that name${near === null ? '' : `; did you mean __${near}?`}`;
}
