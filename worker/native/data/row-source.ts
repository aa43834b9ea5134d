/** Deals the rows of a data source to users: each iteration takes the next one that belongs to this task. */
import type { RowPart } from '../../../core/plan/rows.ts';
import type { DataSource } from '../../../core/scenario/scenario.ts';
import { RowTable } from './row-table.ts';

/** Takes a user's variables. */
interface RowTaker {
  set(name: string, value: string): void;
}

export interface RowSource {
  readonly names: readonly string[];
  /** Gives a user the next row, as variables: those for which the row has a value. False: there is none any more. */
  takeRow(taker: RowTaker): boolean;
}

/**
 * Reads a data source. `rowsOf` says which of so many rows belong to this task. Throws `scenario_invalid` for a file that cannot be read, or has
 * no rows.
 */
export function openDataSource(
  source: DataSource,
  file: Uint8Array,
  rowsOf: (rowCount: number) => RowPart,
  random: () => number = Math.random,
): RowSource {
  const table = new RowTable(source, file);
  const part = rowsOf(table.count);
  const begins = source.loop && source.partition !== 'unique';
  const order = source.randomOrder ? new Shuffled(part.count, random) : null;
  let taken = 0;
  return {
    names: table.names,
    takeRow(taker) {
      if (taken === part.count) {
        if (!begins || part.count === 0) return false;
        taken = 0;
        order?.shuffle();
      }
      const values = table.row(part.row(order === null ? taken : order.at(taken)));
      taken++;
      const { names } = table;
      for (let at = 0; at < names.length && at < values.length; at++) taker.set(names[at]!, values[at]!);
      return true;
    },
  };
}

/** Whole numbers in random order. */
class Shuffled {
  #numbers: Uint32Array;
  #random: () => number;

  constructor(count: number, random: () => number) {
    this.#numbers = Uint32Array.from({ length: count }, (_, number) => number);
    this.#random = random;
    this.shuffle();
  }

  at(index: number): number {
    return this.#numbers[index]!;
  }

  shuffle(): void {
    const numbers = this.#numbers;
    for (let last = numbers.length - 1; last > 0; last--) {
      const other = Math.floor(this.#random() * (last + 1));
      const number = numbers[last]!;
      numbers[last] = numbers[other]!;
      numbers[other] = number;
    }
  }
}
