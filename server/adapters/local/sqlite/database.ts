/**
 * One connection to an SQLite file. Calls are synchronous: a transaction of ours takes well below a millisecond, syncing it to the disk
 * a few. Several processes may have the file open; they wait for each other.
 */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { z } from 'zod';
import { LoadstarError } from '../../../../core/errors.ts';
import { firstProblem } from '../../stored-rows.ts';
import { fileFailed } from '../file-errors.ts';
import { databaseFailed } from './sqlite-errors.ts';

/** How long a call waits for other processes. */
export const BUSY_TIMEOUT_MS = 10_000;

type Row = Record<string, SQLOutputValue>;

export class Database {
  readonly path: string;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string) {
    this.path = path;
    try {
      // SQLite would make it readable for all; its side files get the mode of the main one.
      closeSync(openSync(path, 'a', 0o600));
    } catch (error) {
      throw fileFailed(`open the database ${path}`, error);
    }
    this.#connection = this.guard(() => new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS }));
  }

  /** The rows that a statement selects or returns. Throws `store_failed`, as all methods do. */
  rows(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.guard(() => this.#prepare(sql).all(...values));
  }

  /** How many rows a statement has changed. */
  change(sql: string, ...values: SQLInputValue[]): number {
    return this.guard(() => Number(this.#prepare(sql).run(...values).changes));
  }

  /** Several statements without values, as they stand. */
  executeScript(sql: string): void {
    this.guard(() => this.#connection.exec(sql));
  }

  /** Runs `work` as one transaction that may write; all or nothing of it stays. */
  transaction<T>(work: () => T): T {
    this.executeScript('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.executeScript('COMMIT');
      return result;
    } catch (error) {
      // SQLite has rolled back by itself after some errors (a full disk).
      if (this.#connection.isTransaction) this.executeScript('ROLLBACK');
      throw error;
    }
  }

  /** A row's document, checked. Throws `store_failed` naming the row when it is damaged. */
  readDocument<Document>(schema: z.ZodType<Document>, row: Row, what: string): Document {
    let problem: string;
    let cause: unknown;
    try {
      const { success, data, error } = schema.safeParse(JSON.parse(String(row.document)));
      if (success) return data;
      problem = firstProblem(error);
      cause = error;
    } catch (error) {
      problem = 'it is not JSON';
      cause = error;
    }
    throw new LoadstarError('store_failed', `${what} in the database ${this.path} is damaged: ${problem}`, { cause });
  }

  close(): void {
    this.#statements.clear();
    if (this.#connection.isOpen) this.guard(() => this.#connection.close());
  }

  guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw databaseFailed(this.path, error);
    }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
