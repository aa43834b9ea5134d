/** The files of a scenario that Taurus runs, and which of their rows a task gets. */
import { readLongOrShort } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import type { Path, Problems } from '../input/problems.ts';
import { describe, isMapping, type TaurusValue, valueAt } from '../input/value.ts';
import { type TaurusFile, taurusFileSchema } from '../taurus/taurus-scenario.ts';
import { readFilePath } from './read-file-path.ts';
import { taurusFileKeywords } from './taurus-schema.ts';

const partitions = taurusFileSchema.shape.partition.options;

/** `loadstar.files`: paths, or mappings. */
export function readTaurusFiles(values: readonly TaurusValue[], path: Path, problems: Problems): TaurusFile[] {
  const files: TaurusFile[] = [];
  for (const [index, value] of values.entries()) {
    const at = [...path, index];
    const read = readLongOrShort(value, 'path', taurusFileKeywords, at, problems);
    if (read === null) continue;
    const file = read.path === undefined ? null : readFilePath(read.path, [...at, 'path'], problems);
    if (read.path === undefined) problems.add([...at, 'path'], 'is missing: the file');
    const partition = readPartition(read.partition ?? 'copy', [...at, 'partition'], problems);
    if (file === null || partition === null) continue;
    if (files.some((other) => other.path === file)) problems.add(at, `${file} stands here twice`);
    else files.push({ path: file, partition, header: read.header ?? true });
  }
  return files;
}

function readPartition(written: string, path: Path, problems: Problems): TaurusFile['partition'] | null {
  const partition = partitions.find((known) => known === written);
  if (partition !== undefined) return partition;
  const near = didYouMean(written, partitions) || `: ${partitions.join(', ')} are`;
  problems.add(path, `${describe(written)} is not a way to share rows${near}`);
  return null;
}

/** `files` of an execution, which Taurus brings to where it runs: here all tasks have all files. */
export function readExecutionFiles(values: readonly TaurusValue[], path: Path, problems: Problems): TaurusFile[] {
  return values.flatMap((value, index) => fileAt(value, [...path, index], problems) ?? []);
}

/** Keywords below a scenario whose values are files. */
const FILE_KEYWORDS = ['body-file', 'path'];

/**
 * Files that a scenario's requests name: bodies, uploads, data sources; a data source may say itself how its rows are shared. Steps of any
 * kind are looked into.
 */
export function filesOfRequests(scenario: TaurusValue, path: Path, problems: Problems): TaurusFile[] {
  if (!isMapping(scenario)) return [];
  const sources = valueAt(scenario, 'data-sources');
  const requests = valueAt(scenario, 'requests');
  return [
    ...(Array.isArray(sources) ? sources : []).flatMap((source, index) =>
      dataSourceFile(source, [...path, 'data-sources', index], problems),
    ),
    ...namedFiles(requests ?? null, [...path, 'requests'], problems),
  ];
}

function dataSourceFile(source: TaurusValue, path: Path, problems: Problems): TaurusFile[] {
  if (!isMapping(source)) return fileAt(source, path, problems) ?? [];
  const [file] = fileAt(valueAt(source, 'path') ?? null, [...path, 'path'], problems) ?? [];
  const written = valueAt(source, 'partition') ?? 'copy';
  const partition = readPartition(String(written), [...path, 'partition'], problems);
  const header = (valueAt(source, 'variable-names') ?? '') === '';
  return file === undefined || partition === null ? [] : [{ ...file, partition, header }];
}

function namedFiles(value: TaurusValue, path: Path, problems: Problems): TaurusFile[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => namedFiles(item, [...path, index], problems));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = [...path, key];
    // A path of an upload; below other keywords (headers, bodies) it may be anything.
    const isFile =
      FILE_KEYWORDS.includes(key) && typeof item === 'string' && (key !== 'path' || path.includes('upload-files'));
    if (isFile) return fileAt(item, at, problems) ?? [];
    return ['headers', 'body'].includes(key) ? [] : namedFiles(item, at, problems);
  });
}

/** Null, with a problem, when it is no path below the scenario's folder. */
function fileAt(value: TaurusValue, path: Path, problems: Problems): TaurusFile[] | null {
  if (typeof value !== 'string') {
    problems.add(path, `${describe(value)} is not the path of a file`);
    return null;
  }
  const file = readFilePath(value, path, problems);
  return file === null ? null : [{ path: file, partition: 'copy', header: true }];
}
