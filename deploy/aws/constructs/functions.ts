/** All Lambdas of a stack. */
import { Construct } from 'constructs';
import { type LambdaName, lambdaFunctions } from '../../../server/adapters/aws/layout/functions.ts';
import { type LambdaProps, LoadstarFunction } from './lambda-function.ts';

export interface FunctionsProps extends Omit<LambdaProps, 'name'> {
  stack: 'main' | 'region';
}

export class Functions extends Construct {
  readonly #functions = new Map<LambdaName, LoadstarFunction>();

  constructor(scope: Construct, id: string, { stack, ...props }: FunctionsProps) {
    super(scope, id);
    for (const [name, row] of Object.entries(lambdaFunctions) as [LambdaName, { stack: string }][]) {
      if (row.stack === stack) this.#functions.set(name, new LoadstarFunction(this, { name, ...props }));
    }
  }

  get(name: LambdaName): LoadstarFunction {
    const found = this.#functions.get(name);
    if (found === undefined) throw new Error(`The Lambda ${name} belongs to the other stack.`);
    return found;
  }

  all(): LoadstarFunction[] {
    return [...this.#functions.values()];
  }
}
