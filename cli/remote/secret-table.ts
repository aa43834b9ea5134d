/** Secrets as people see them: their names. */
import type { SecretResource } from '../../core/api/secrets.ts';
import type { Column } from '../summary/table.ts';
import type { Output } from '../terminal/streams.ts';
import { cell, instant, table } from './tables.ts';

const columns: Column[] = [
  { title: 'name', align: 'left', dropOrder: 0 },
  { title: 'stored', align: 'left', dropOrder: 1 },
  { title: 'by', align: 'left', dropOrder: 2 },
];

export function secretTable(secrets: readonly SecretResource[], output: Output): string {
  const rows = secrets.map(({ name, updatedAt, updatedBy }) => [
    cell(name),
    cell(instant(updatedAt)),
    cell(updatedBy.kind === 'user' ? updatedBy.name : updatedBy.kind),
  ]);
  return table(columns, rows, 'No secrets.', output);
}
