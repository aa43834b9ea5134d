/** All functions of templates by name, and what to say of those that are none. */
import { didYouMean } from '../../input/near-spelling.ts';
import type { FunctionDefinition } from './function.ts';
import { randomFunctions } from './random.ts';
import { userFunctions } from './user.ts';

export const functions: ReadonlyMap<string, FunctionDefinition> = new Map(
  Object.entries({ ...userFunctions, ...randomFunctions }),
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
  __regexFunction: 'use extract-regexp',
  __samplerName: 'write the label itself',
  __TestPlanName: 'write the name itself',
};

/** The words of a refusal, to follow a path. */
export function refusal(name: string): string {
  const why = refusedFunctions[name];
  if (why !== undefined) return `\${${name}} is not supported: ${why}`;
  return `\${${name}}: there is no function of that name${didYouMean(name, functions.keys())}`;
}
