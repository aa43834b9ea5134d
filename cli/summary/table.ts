/** Aligned columns, written by hand: a few lines are all a report needs. */
import { displayWidth, pad, shorten } from '../terminal/text.ts';

export interface Column {
  title: string;
  align: 'left' | 'right';
  /** On a narrow terminal columns with a higher number go first; 0 always stays. */
  dropOrder: number;
}

const GAP = '  ';
const FIRST_COLUMN_MIN = 12;

/** A cell's text, coloured by `paint` when it is laid out. */
export interface Cell {
  text: string;
  paint?: (text: string) => string;
}

/**
 * The table's lines, the titles first. None is wider than `columns` as long as the columns that always stay fit: columns are dropped, then the
 * first one's texts are shortened. Null columns: as wide as it needs.
 */
export function layOut(columns: Column[], rows: Cell[][], width: number | null, ellipsis: string): string[] {
  const natural = columns.map((column, i) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[i]?.text ?? ''))),
  );
  const kept = keptColumns(columns, natural, width);
  const widths = new Map(kept.map((i) => [i, natural[i] ?? 0]));
  const excess = width === null ? 0 : totalWidth(kept, natural) - width;
  const first = kept[0] ?? 0;
  if (excess > 0) widths.set(first, Math.max(FIRST_COLUMN_MIN, (natural[first] ?? 0) - excess));
  const line = (cells: Cell[]) =>
    kept
      .map((i) => {
        const { text = '', paint = (same: string) => same } = cells[i] ?? {};
        const columnWidth = widths.get(i) ?? 0;
        return paint(pad(shorten(text, columnWidth, ellipsis), columnWidth, columns[i]?.align ?? 'left'));
      })
      .join(GAP);
  return [line(columns.map(({ title }) => ({ text: title }))), ...rows.map(line)];
}

function totalWidth(kept: number[], natural: number[]): number {
  return kept.reduce((sum, i) => sum + (natural[i] ?? 0), 0) + GAP.length * (kept.length - 1);
}

function keptColumns(columns: Column[], natural: number[], width: number | null): number[] {
  const kept = columns.map((_, i) => i);
  if (width === null) return kept;
  const firstSpare = Math.max(0, (natural[0] ?? 0) - FIRST_COLUMN_MIN);
  const droppable = columns
    .map((column, i) => ({ i, dropOrder: column.dropOrder }))
    .filter(({ dropOrder }) => dropOrder > 0)
    .sort((a, b) => b.dropOrder - a.dropOrder);
  for (const { i } of droppable) {
    if (totalWidth(kept, natural) - firstSpare <= width) break;
    kept.splice(kept.indexOf(i), 1);
  }
  return kept;
}
