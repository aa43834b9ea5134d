/**
 * A file of the corpus: two YAML documents. The first says what the file shows and how the server answers; the second is the Taurus file
 * that real Taurus and our engine both run, word for word.
 *
 * In both, `http://target.test`, `https://target.test`, `http://other.test` (the same server by another name) and `target.port` stand for
 * the recording server; `target.test` and `other.test` alone for its two host names.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Answer, answersSchema } from './answers.ts';

const corpusFolder = join(import.meta.dirname, 'corpus');

const headSchema = z.strictObject({
  /** What behaviour the file is about. */
  shows: z.string(),
  /** By `METHOD /path` or `/path`; a list answers one request after the other, its last entry all that follow. */
  answers: answersSchema.default({}),
  /** Files that the scenario names. */
  files: z
    .record(
      z.string(),
      z.union([
        z.string(),
        z.strictObject({ base64: z.string() }),
        z.strictObject({ text: z.string(), encoding: z.enum(['latin1', 'utf16le']) }),
      ]),
    )
    .default({}),
  /**
   * any: requests are under way at the same time, or chosen at random; only which ones there are is compared. distinct: and how many there are depends
   * on the time.
   */
  order: z.enum(['same', 'any', 'distinct']).default('same'),
  /** What is made anew each time: every match is replaced by its name before anything is compared. */
  shapes: z.record(z.string(), z.string()).default({}),
  /** Where our engine differs on purpose, in the words of the comparison. */
  differences: z.array(z.strictObject({ difference: z.string(), why: z.string() })).default([]),
  /** What our reader refuses of it before the run; then there are no requests to compare, and the golden shows what Taurus does. */
  refused: z.array(z.strictObject({ message: z.string(), why: z.string() })).default([]),
});

export interface Ports {
  plain: number;
  secure: number;
}

/** The text of a file of the corpus, or of one that was made up. */
export interface CorpusSource {
  name: string;
  text: string;
}

export interface CorpusFile extends Omit<z.infer<typeof headSchema>, 'answers' | 'files'> {
  name: string;
  answers: Record<string, Answer[]>;
  files: Map<string, Buffer>;
  /** The second document, as text. */
  scenario: string;
}

/** Names of all files, without `.yml`. */
export function corpusNames(): string[] {
  return readdirSync(corpusFolder)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => name.slice(0, -'.yml'.length))
    .sort();
}

export function corpusSource(name: string): CorpusSource {
  return { name, text: readFileSync(join(corpusFolder, `${name}.yml`), 'utf8') };
}

/** With the server's addresses in it; null: as it is written. Throws when the text is not of this form. */
export function readCorpusFile({ name, text: written }: CorpusSource, ports: Ports | null): CorpusFile {
  const text = ports === null ? written : withAddresses(written, ports);
  const [head, scenario, ...more] = text.split(/^---$/m);
  if (head === undefined || scenario === undefined || more.length > 0) {
    throw new Error(`${name}.yml must hold two documents`);
  }
  const read = headSchema.parse(parse(head));
  const files = Object.entries(read.files).map(([path, content]) => [path, bytesOf(content)] as const);
  return { ...read, name, scenario, files: new Map(files) };
}

function bytesOf(content: string | { base64: string } | { text: string; encoding: BufferEncoding }): Buffer {
  if (typeof content === 'string') return Buffer.from(content);
  return 'base64' in content ? Buffer.from(content.base64, 'base64') : Buffer.from(content.text, content.encoding);
}

function withAddresses(text: string, ports: Ports): string {
  return text
    .replaceAll('http://target.test', `http://127.0.0.1:${ports.plain}`)
    .replaceAll('https://target.test', `https://127.0.0.1:${ports.secure}`)
    .replaceAll('http://other.test', `http://localhost:${ports.plain}`)
    .replaceAll('https://other.test', `https://localhost:${ports.secure}`)
    .replaceAll('target.port', String(ports.plain))
    .replaceAll('target.test', '127.0.0.1')
    .replaceAll('other.test', 'localhost');
}

/** The other way round, for what was observed. */
export function withoutAddresses(text: string, ports: Ports): string {
  return text
    .replaceAll(`127.0.0.1:${ports.plain}`, 'target.test')
    .replaceAll(`127.0.0.1:${ports.secure}`, 'target.test')
    .replaceAll(`localhost:${ports.plain}`, 'other.test')
    .replaceAll(`localhost:${ports.secure}`, 'other.test')
    .replaceAll(String(ports.plain), 'target.port');
}
