/** `upload-files`: what a form sends beside its fields, or a file that is the body. */
import { readMapping } from '../input/keywords.ts';
import { type Path, type Problems, pathText } from '../input/problems.ts';
import type { TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import type { FlowTexts } from './flow-texts.ts';
import { mediaTypeOf } from './media-types.ts';
import { readFilePath } from './read-file-path.ts';
import type { Method } from './scenario.ts';
import { uploadKeywords } from './step-keywords.ts';

export interface Upload {
  /** A template. Empty: the file is the body. */
  parameter: string;
  path: string;
  /** A template. */
  mediaType: string;
}

export function readUploads(
  values: readonly TaurusValue[],
  method: Method,
  texts: FlowTexts,
  path: Path,
  problems: Problems,
): Upload[] {
  if (values.length > limits.scenarioFilesMax) {
    problems.add(path, `${values.length} files are more than ${limits.scenarioFilesMax}`);
    return [];
  }
  const used = method === 'PUT' ? values.slice(0, 1) : values;
  if (used.length < values.length) {
    problems.warn(`${pathText(path)}: PUT sends one file; the others have no effect, as in Taurus`);
  }
  return used.flatMap((value, index) => {
    const upload = readUpload(value, { method, count: used.length, texts }, [...path, index], problems);
    return upload === null ? [] : [upload];
  });
}

function readUpload(
  value: TaurusValue,
  { method, count, texts }: { method: Method; count: number; texts: FlowTexts },
  path: Path,
  problems: Problems,
): Upload | null {
  const read = readMapping(value, uploadKeywords, path, problems);
  if (read === null) return null;
  if (read.path === undefined) {
    problems.add([...path, 'path'], 'is missing: the file to send');
    return null;
  }
  const parameter = method === 'PUT' ? '' : (read.param ?? '');
  const mayBeBody = method === 'PUT' || (method !== 'POST' && count === 1);
  if (parameter === '' && !mayBeBody) problems.add([...path, 'param'], 'is missing: the name of the form field');
  // They stand between quotes in the body.
  if (/["\r\n]/.test(parameter)) problems.add([...path, 'param'], 'holds a quote or a line break');
  const mediaType = read['mime-type'] ?? mediaTypeOf(read.path);
  texts.check(parameter, [...path, 'param']);
  texts.check(mediaType, [...path, 'mime-type']);
  if (!/^[\x21-\x7e][\x20-\x7e]*$/.test(mediaType)) problems.add([...path, 'mime-type'], 'is not a media type');
  const file = readFilePath(read.path, [...path, 'path'], problems);
  return file === null ? null : { parameter, path: file, mediaType };
}
