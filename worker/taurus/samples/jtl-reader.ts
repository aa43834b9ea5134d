/**
 * Reads `kpi.jtl`: JMeter's results as comma-separated values, whose first line names the columns; and what Loadstar's listener for Locust
 * writes in the same form (`loadstar_bzt/locust_main.py`), with times in microseconds.
 */
import { LoadstarError } from '../../../core/errors.ts';
import { CsvRow } from './csv-row.ts';
import { jtlFailure } from './failure-kinds.ts';
import { LabelIndex } from './label-index.ts';
import type { SampleReader } from './sample-reader.ts';
import { emptySample, type SampleWindows } from './sample-windows.ts';

/** Failures whose texts were met before are recognised without reading them again. */
const KNOWN_FAILURES_MAX = 2_000;
const NEEDED = ['timeStamp', 'elapsed', 'label', 'responseCode', 'success'] as const;

export interface JtlSource {
  windows: SampleWindows;
  /** Number of the source in `windows`. */
  source: number;
  /** The instant of go, in epoch milliseconds of the clock that the tool reads. */
  goAtMs: number;
}

export class JtlReader implements SampleReader {
  lastEndUs = Number.NEGATIVE_INFINITY;
  firstStartUs = Number.POSITIVE_INFINITY;
  samples = 0;
  readonly #windows: SampleWindows;
  readonly #source: number;
  readonly #goAtMs: number;
  readonly #labels: LabelIndex;
  readonly #row = new CsvRow();
  readonly #sample = emptySample();
  readonly #failures = new Map<string, number>();
  #columns: Columns | null = null;

  constructor({ goAtMs, source, windows }: JtlSource) {
    this.#windows = windows;
    this.#source = source;
    this.#goAtMs = goAtMs;
    this.#labels = new LabelIndex((label) => windows.labelNumber(label));
  }

  take(bytes: Buffer, length: number): number {
    const row = this.#row;
    let at = 0;
    for (let next = row.read(bytes, at, length); next >= 0; next = row.read(bytes, at, length)) {
      at = next;
      if (this.#columns === null) this.#columns = columnsOf(row);
      // An empty line.
      else if (row.columns > 1) this.#takeRow(bytes, this.#columns);
    }
    return at;
  }

  #takeRow(bytes: Buffer, columns: Columns): void {
    const row = this.#row;
    const sample = this.#sample;
    const elapsedUs = columns.elapsedUs >= 0 ? row.number(columns.elapsedUs) : row.number(columns.elapsed) * 1_000;
    const startMs = row.number(columns.timeStamp);
    const endUs =
      columns.endUs >= 0
        ? row.number(columns.endUs) - this.#goAtMs * 1_000
        : (startMs - this.#goAtMs) * 1_000 + elapsedUs;
    if (!(elapsedUs >= 0) || Number.isNaN(endUs)) {
      throw new LoadstarError(
        'task_failed',
        `a row of the samples has no time: ${bytes.toString('utf8', row.start(0), row.end(row.columns - 1)).slice(0, 300)}`,
      );
    }
    sample.elapsedUs = elapsedUs;
    sample.endUs = Math.round(endUs);
    if (sample.endUs > this.lastEndUs) this.lastEndUs = sample.endUs;
    if (endUs - elapsedUs < this.firstStartUs) this.firstStartUs = endUs - elapsedUs;
    sample.label = this.#labels.find(bytes, row, columns.label);
    const code = row.number(columns.responseCode);
    sample.code = code >= 100 && code <= 999 ? code : 0;
    const latencyUs = row.number(columns.latency) * 1_000;
    // Without an answer there is no first byte; one within the first millisecond is told as 0.
    sample.latencyUs =
      latencyUs > 0 || (sample.code > 0 && columns.endUs < 0 && latencyUs === 0) ? Math.min(latencyUs, elapsedUs) : -1;
    const connectUs = row.number(columns.connect) * 1_000;
    sample.connectUs = connectUs > 0 ? connectUs : -1;
    sample.bytesReceived = row.number(columns.bytes) || 0;
    sample.bytesSent = row.number(columns.sentBytes) || 0;
    const users = row.number(columns.allThreads);
    sample.users = users >= 0 ? users : -1;
    sample.error = row.is(columns.success, 'true') ? -1 : this.#failure(bytes, columns);
    this.samples++;
    this.#windows.add(sample, this.#source);
  }

  #failure(bytes: Buffer, { failureMessage, responseCode, responseMessage }: Columns): number {
    const row = this.#row;
    const raw = (column: number) =>
      row.isEmpty(column) ? '' : bytes.toString('latin1', row.start(column), row.end(column));
    const key = `${raw(responseCode)}\n${raw(responseMessage)}\n${raw(failureMessage)}`;
    const known = this.#failures.get(key);
    if (known !== undefined) return known;
    const { message, type } = jtlFailure(row.text(responseCode), row.text(responseMessage), row.text(failureMessage));
    const number = this.#windows.errorNumber(type, message);
    if (this.#failures.size < KNOWN_FAILURES_MAX) this.#failures.set(key, number);
    return number;
  }
}

/** Numbers of the columns that are read; -1: the file has none. */
interface Columns {
  timeStamp: number;
  elapsed: number;
  label: number;
  responseCode: number;
  responseMessage: number;
  success: number;
  failureMessage: number;
  bytes: number;
  sentBytes: number;
  allThreads: number;
  latency: number;
  connect: number;
  endUs: number;
  elapsedUs: number;
}

function columnsOf(row: CsvRow): Columns {
  const names = Array.from({ length: row.columns }, (_, column) => row.text(column));
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new LoadstarError(
      'task_failed',
      `the file of samples has no column ${missing.join(', ')}: its first line is ${JSON.stringify(names.join(',').slice(0, 300))}`,
    );
  }
  const at = (name: string) => names.indexOf(name);
  return {
    timeStamp: at('timeStamp'),
    elapsed: at('elapsed'),
    label: at('label'),
    responseCode: at('responseCode'),
    responseMessage: at('responseMessage'),
    success: at('success'),
    failureMessage: at('failureMessage'),
    bytes: at('bytes'),
    sentBytes: at('sentBytes'),
    allThreads: at('allThreads'),
    latency: at('Latency'),
    connect: at('Connect'),
    endUs: at('endUs'),
    elapsedUs: at('elapsedUs'),
  };
}
