/**
 * Extensions: routes and Lambdas of one's own behind the same API, sign-in and roles, deployed with Loadstar. docs/aws-extensions.md shows how; a worked
 * example is in `examples/aws-extension/`. A module whose default export is a `LoadstarExtension` is named by the setting `extensions`.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { TableName } from '../../../server/adapters/aws/layout/tables.ts';

export interface LoadstarExtension {
  /** First part of its paths, and id of its constructs: letters, digits and `-`. */
  name: string;
  /** Adds what it is made of to `scope`, a construct of its own in the main stack. */
  extend(scope: Construct, platform: ExtensionPlatform): void;
}

/** What an extension gets to work with. Rights are what it grants to its own functions, and no more. */
export interface ExtensionPlatform {
  /**
   * Answers `method` at `/api/extensions/<name>/<path>` (`path` without a slash at its start; `{proxy+}` stands for all below). Callers have signed in:
   * `event.requestContext.authorizer` says who they are.
   */
  route(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'ANY', path: string, handler: IFunction): void;
  tables: Readonly<Record<TableName, ITable>>;
  /** Run folders lie below `runs/`. */
  bucket: IBucket;
  /** Alarms that mail somebody. */
  alarmTopic: ITopic;
  /** Name of the parameter with the URL of the API. */
  publicUrlParameter: string;
}

const NAME = /^[A-Za-z][A-Za-z0-9-]{0,31}$/;

/** Extensions of the modules at these paths, from where the command was run. Throws an error that says which is none, and why. */
export async function loadExtensions(paths: readonly string[]): Promise<LoadstarExtension[]> {
  const extensions = await Promise.all(paths.map(loadExtension));
  const twice = extensions.find(({ name }, index) => extensions.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) throw new Error(`Two extensions are called ${twice.name}.`);
  return extensions;
}

async function loadExtension(path: string): Promise<LoadstarExtension> {
  const loaded: { default?: unknown } = await import(pathToFileURL(resolve(process.env.INIT_CWD ?? '.', path)).href);
  if (isExtension(loaded.default)) return loaded.default;
  throw new Error(`${path} is no extension: its default export needs a name (${NAME.source}) and a function extend().`);
}

function isExtension(value: unknown): value is LoadstarExtension {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('extend' in value)) return false;
  return typeof value.name === 'string' && NAME.test(value.name) && typeof value.extend === 'function';
}
