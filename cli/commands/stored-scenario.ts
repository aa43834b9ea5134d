/** What commands that store scenarios say of them. */
import type { ScenarioResource } from '../../core/api/scenarios.ts';
import type { RunOutputs } from '../run/run-locally.ts';
import { printable } from '../terminal/text.ts';

export function nameAndId({ name, id }: ScenarioResource): string {
  return `"${printable(name)}"  ${printable(id)}`;
}

export function printWarnings({ warnings }: ScenarioResource, { messages: { style, write } }: RunOutputs): void {
  for (const warning of warnings) write(`${style.yellow('warning')}  ${printable(warning)}\n`);
}
