/**
 * Reads k6's CSV output with instants in microseconds: a row for each value of a metric. The rows of a request stand together, `http_reqs`
 * first. As for Taurus, a request failed when k6 had an error or did not expect its status; checks are not counted.
 */
import { LoadstarError } from '../../../core/errors.ts';
import { CsvRow } from './csv-row.ts';
import { k6Failure } from './failure-kinds.ts';
import type { JtlSource } from './jtl-reader.ts';
import { LabelIndex } from './label-index.ts';
import type { SampleReader } from './sample-reader.ts';
import { emptySample, type SampleWindows } from './sample-windows.ts';

const COLUMNS = [
  'metric_name',
  'timestamp',
  'metric_value',
  'error',
  'error_code',
  'expected_response',
  'name',
  'status',
] as const;
type Column = (typeof COLUMNS)[number];

export class K6Reader implements SampleReader {
  lastEndUs = Number.NEGATIVE_INFINITY;
  firstStartUs = Number.POSITIVE_INFINITY;
  samples = 0;
  readonly #windows: SampleWindows;
  readonly #source: number;
  readonly #goAtUs: number;
  readonly #labels: LabelIndex;
  readonly #row = new CsvRow();
  readonly #sample = emptySample();
  /** Whether `#sample` is a request whose rows are being read. */
  #isOpen = false;
  #sendingUs = 0;
  #columns: Record<Column, number> | null = null;

  constructor({ goAtMs, source, windows }: JtlSource) {
    this.#windows = windows;
    this.#source = source;
    this.#goAtUs = goAtMs * 1_000;
    this.#labels = new LabelIndex((label) => windows.labelNumber(label));
  }

  take(bytes: Buffer, length: number): number {
    const row = this.#row;
    let at = 0;
    /** Up to here everything is counted. */
    let counted = 0;
    for (let next = row.read(bytes, at, length); next >= 0; next = row.read(bytes, at, length)) {
      const begins = this.#columns === null || !isOfRequest(bytes, row.start(0), row.end(0));
      if (begins) {
        this.#closeRequest();
        counted = at;
      }
      at = next;
      if (this.#columns === null) this.#columns = columnsOf(row);
      else if (row.columns > 1) this.#takeRow(bytes, this.#columns);
      if (!this.#isOpen) counted = at;
    }
    if (this.#isOpen && this.#isWhole) {
      this.#closeRequest();
      counted = at;
    }
    // Rows of a request that is not whole come again.
    this.#isOpen = false;
    return counted;
  }

  #isWhole = false;

  #takeRow(bytes: Buffer, columns: Record<Column, number>): void {
    const row = this.#row;
    const sample = this.#sample;
    const value = row.number(columns.metric_value);
    const us = Math.round(value * 1_000);
    const start = row.start(0);
    const length = row.end(0) - start;
    if (length === 9 && row.is(0, 'http_reqs')) this.#openRequest(bytes, columns);
    else if (bytes[start] === 0x68 && this.#isOpen) {
      if (row.is(0, 'http_req_duration')) sample.elapsedUs = us;
      else if (row.is(0, 'http_req_connecting')) sample.connectUs = us > 0 ? us : -1;
      else if (row.is(0, 'http_req_tls_handshaking')) sample.tlsUs = us > 0 ? us : -1;
      else if (row.is(0, 'http_req_sending')) this.#sendingUs = us;
      else if (row.is(0, 'http_req_waiting')) {
        sample.latencyUs = sample.code > 0 ? Math.min(this.#sendingUs + us, sample.elapsedUs) : -1;
      } else if (row.is(0, 'http_req_receiving')) this.#isWhole = true;
    } else if (row.is(0, 'vus')) this.#windows.setUsers(this.#source, this.#instantUs(columns), value);
    else if (row.is(0, 'data_received')) this.#windows.addBytes(this.#instantUs(columns), value, 0);
    else if (row.is(0, 'data_sent')) this.#windows.addBytes(this.#instantUs(columns), 0, value);
  }

  #openRequest(bytes: Buffer, columns: Record<Column, number>): void {
    const row = this.#row;
    const sample = this.#sample;
    sample.endUs = this.#instantUs(columns);
    sample.label = this.#labels.find(bytes, row, columns.name);
    sample.code = row.number(columns.status) || 0;
    sample.elapsedUs = 0;
    sample.latencyUs = -1;
    sample.connectUs = -1;
    sample.tlsUs = -1;
    this.#sendingUs = 0;
    const failed = !row.isEmpty(columns.error) || row.is(columns.expected_response, 'false');
    sample.error = failed ? this.#failure(columns) : -1;
    this.#isOpen = true;
    this.#isWhole = false;
  }

  #closeRequest(): void {
    if (!this.#isOpen) return;
    const sample = this.#sample;
    this.#isOpen = false;
    if (sample.endUs > this.lastEndUs) this.lastEndUs = sample.endUs;
    if (sample.endUs - sample.elapsedUs < this.firstStartUs) this.firstStartUs = sample.endUs - sample.elapsedUs;
    this.samples++;
    this.#windows.add(sample, this.#source);
  }

  #failure(columns: Record<Column, number>): number {
    const row = this.#row;
    const { message, type } = k6Failure(
      this.#sample.code,
      row.text(columns.error),
      row.number(columns.error_code) || 0,
    );
    return this.#windows.errorNumber(type, message);
  }

  #instantUs(columns: Record<Column, number>): number {
    return Math.round(this.#row.number(columns.timestamp) - this.#goAtUs);
  }
}

/** `http_req_...`: further values of the request that began before. */
function isOfRequest(bytes: Buffer, start: number, end: number): boolean {
  // "http_reqs" itself has an s where these have an underscore.
  return end - start > 9 && bytes[start] === 0x68 && bytes[start + 8] === 0x5f;
}

function columnsOf(row: CsvRow): Record<Column, number> {
  const names = Array.from({ length: row.columns }, (_, column) => row.text(column));
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new LoadstarError('task_failed', `k6's file of samples has no column ${missing.join(', ')}`);
  }
  return Object.fromEntries(COLUMNS.map((name) => [name, names.indexOf(name)])) as Record<Column, number>;
}
