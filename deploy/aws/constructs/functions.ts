/** All Lambdas of a stack. */
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { type LambdaName, lambdaFunctions } from '../../../server/adapters/aws/layout/functions.ts';
import type { ResourceArns } from '../resource-arns.ts';
import { type EnvironmentValues, LoadstarFunction } from './lambda-function.ts';

export interface FunctionsProps {
  stack: 'main' | 'region';
  values: EnvironmentValues;
  arns: ResourceArns;
  logRetentionDays: number;
  keepLogs: boolean;
  /** For what is the functions' own: their environment, their logs. */
  key: IKey | undefined;
  /** Of a customer's, which the data is under. */
  dataKeyArn: string | undefined;
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
