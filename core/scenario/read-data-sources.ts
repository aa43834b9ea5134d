/** `data-sources`: files of rows whose values become variables. */
import { readLongOrShort } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import { type Path, type Problems, pathText } from '../input/problems.ts';
import { describe, isMapping, type TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import { isReadable } from './encodings.ts';
import type { FlowTexts } from './flow-texts.ts';
import { readFilePath } from './read-file-path.ts';
import { type DataSource, dataSourceSchema } from './scenario.ts';
import { dataSourceKeywords } from './taurus-schema.ts';

const partitions = dataSourceSchema.shape.partition.options;

export function readDataSources(
  values: readonly TaurusValue[],
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): DataSource[] {
  if (values.length > limits.dataSourcesPerFlowMax) {
    problems.add(path, `${values.length} data sources are more than ${limits.dataSourcesPerFlowMax}`);
    return [];
  }
  return values
    .map((value, index) => readDataSource(value, texts, [...path, index], problems))
    .filter((source) => source !== null);
}

function readDataSource(value: TaurusValue, texts: FlowTexts, path: Path, problems: Problems): DataSource | null {
  const isLong = isMapping(value);
  const read = readLongOrShort(value, 'path', dataSourceKeywords, path, problems);
  if (read === null) return null;
  const pathPath = isLong ? [...path, 'path'] : path;
  if (read.path === undefined) {
    if (!isLong || !Object.hasOwn(value, 'path') || value.path === null) problems.add(pathPath, 'is missing: the file');
    return null;
  }
  const file = readFilePath(read.path, pathPath, problems);
  const delimiter = readDelimiter(read.delimiter, [...path, 'delimiter'], problems);
  const variableNames = readNames(read['variable-names'], delimiter, [...path, 'variable-names'], problems);
  // The first line of the file says which: that is not looked into here.
  if (variableNames === null) texts.willSetUnknown();
  for (const name of variableNames ?? []) texts.willSet(name);
  const encoding = read.encoding ?? null;
  if (encoding !== null && !isReadable(encoding)) {
    problems.add([...path, 'encoding'], `${describe(encoding)} is not an encoding that is known, such as utf-8`);
  }
  const partition = partitions.find((known) => known === (read.partition ?? 'copy'));
  if (partition === undefined) {
    const near = didYouMean(read.partition ?? '', partitions) || `: ${partitions.join(', ')} are`;
    problems.add([...path, 'partition'], `${describe(read.partition)} is not a way to share rows${near}`);
  }
  if (read['random-order'] === true && read.quoted === true) {
    problems.warn(`${pathText(path)}: Taurus does not read quotes with random-order; they are read here`);
  }
  if (file === null || partition === undefined) return null;
  return {
    path: file,
    delimiter,
    quoted: read.quoted ?? false,
    encoding,
    loop: read.loop ?? true,
    randomOrder: read['random-order'] ?? false,
    variableNames,
    partition,
  };
}

/** `tab` and `\t` are understood; null: found out from the file. */
function readDelimiter(written: string | undefined, path: Path, problems: Problems): string | null {
  if (written === undefined || written === '') return null;
  const delimiter = written.toLowerCase() === 'tab' ? '\t' : written.replaceAll('\\t', '\t');
  if (delimiter.includes('${') || /[\r\n"]/.test(delimiter)) {
    problems.add(path, `${describe(written)} cannot stand between values`);
    return null;
  }
  return delimiter;
}

/** A list, or names with commas (or the delimiter that is given) between them. */
function readNames(
  written: TaurusValue | undefined,
  delimiter: string | null,
  path: Path,
  problems: Problems,
): string[] | null {
  if (written === undefined || written === '') return null;
  const between = typeof written === 'string' && delimiter !== null && !written.includes(',') ? delimiter : ',';
  const parts = typeof written === 'string' ? written.split(between) : written;
  if (!Array.isArray(parts) || parts.some((part) => typeof part !== 'string')) {
    problems.add(path, `${describe(written)} is not a list of names with commas between them`);
    return null;
  }
  const names = (parts as string[]).map((name) => name.trim());
  const wrong = names.find((name) => name === '' || name.includes('${') || /[{}\r\n]/.test(name));
  if (wrong === undefined && names.length > 0) return names;
  problems.add(path, names.length === 0 ? 'is an empty list' : `${describe(wrong)} is not the name of a variable`);
  return null;
}
