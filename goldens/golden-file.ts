/** The recorded goldens: what real Taurus and JMeter did, one file for each of the corpus. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Observed } from './observed.ts';

const recordedFolder = join(import.meta.dirname, 'recorded');

export function goldenPath(name: string): string {
  return join(recordedFolder, `${name}.goldens.json`);
}

/** Null when it was never recorded. */
export function readGolden(name: string): Observed | null {
  const path = goldenPath(name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Observed) : null;
}

/** One line a request, so that changes are easy to read. */
export function writeGolden(name: string, observed: Observed): void {
  const lines = (values: unknown[]): string => values.map((value) => `\n  ${JSON.stringify(value)}`).join(',');
  const { requests, labels } = observed;
  const text = `{\n "requests": [${lines(requests)}\n ],\n "labels": [${lines(labels)}\n ]\n}\n`;
  writeFileSync(goldenPath(name), text);
}

/** Names of all that were recorded. */
export function goldenNames(): string[] {
  return readdirSync(recordedFolder)
    .filter((file) => file.endsWith('.goldens.json'))
    .map((file) => file.slice(0, -'.goldens.json'.length))
    .sort();
}
