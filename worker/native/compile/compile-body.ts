/** Bodies, compiled: bytes that are always the same, or texts to fill in and encode. */
import type { TemplateScope } from '../../../core/language/template.ts';
import type { Body, RequestStep } from '../../../core/scenario/scenario.ts';
import { encodeForm } from '../protocols/http1/bodies/encode-form.ts';
import { encodeMultipart, type MultipartFile, randomBoundary } from '../protocols/http1/bodies/encode-multipart.ts';
import { encodeText } from '../protocols/http1/bodies/encode-text.ts';
import type { FlowTexts, Text } from './texts.ts';

export interface CompiledBody {
  isConstant: boolean;
  /** What the body itself says of its type; null when it says nothing. */
  contentType: string | null;
  /** A string holds one character a byte; null: no body. */
  fill(scope: TemplateScope): string | Buffer | null;
}

type Fill = CompiledBody['fill'];

/** What compiling bodies needs from around. */
interface BodyContext {
  texts: FlowTexts;
  readFile(path: string): Promise<Uint8Array>;
}

/** Throws `scenario_invalid` with the path, or what `readFile` throws. */
export async function compileBody(
  { body, contentEncoding }: RequestStep,
  path: string,
  { texts, readFile }: BodyContext,
): Promise<CompiledBody> {
  switch (body?.kind) {
    case undefined:
      return { isConstant: true, contentType: null, fill: () => null };
    case 'file': {
      const bytes = bufferOf(await readFile(body.path));
      return { isConstant: true, contentType: null, fill: () => bytes };
    }
    case 'text': {
      const text = texts.compile(body.text, `${path}.body`);
      return bodyOf(text.constant !== null, texts.scope, (scope) => encodeText(text.fill(scope), contentEncoding));
    }
    case 'form': {
      const pairs = compilePairs(body.parameters, `${path}.body`, texts, isSentInBody);
      return bodyOf(pairs.isConstant, texts.scope, (scope) => encodeForm(pairs.fill(scope), contentEncoding));
    }
    case 'multipart': {
      const pairs = compilePairs(body.parameters, `${path}.body`, texts, isSentInBody);
      const files = await compileFiles(body.files, path, { texts, readFile });
      const boundary = randomBoundary();
      const { contentType } = encodeMultipart([], [], contentEncoding, boundary);
      const fill: Fill = (scope) =>
        encodeMultipart(pairs.fill(scope), files.fill(scope), contentEncoding, boundary).body;
      return { ...bodyOf(pairs.isConstant && files.isConstant, texts.scope, fill), contentType };
    }
  }
}

interface CompiledFiles {
  isConstant: boolean;
  fill(scope: TemplateScope): readonly MultipartFile[];
}

async function compileFiles(
  files: (Body & { kind: 'multipart' })['files'],
  path: string,
  { texts, readFile }: BodyContext,
): Promise<CompiledFiles> {
  const compiled: { parameter: Text; mediaType: Text; fileName: string; bytes: Buffer }[] = [];
  for (const [index, { parameter, mediaType, path: file }] of files.entries()) {
    const at = `${path}.upload-files[${index}]`;
    compiled.push({
      parameter: texts.compile(parameter, `${at}.param`),
      mediaType: texts.compile(mediaType, `${at}.mime-type`),
      fileName: file.split('/').at(-1) ?? file,
      bytes: bufferOf(await readFile(file)),
    });
  }
  return {
    isConstant: compiled.every(
      ({ parameter, mediaType }) => parameter.constant !== null && mediaType.constant !== null,
    ),
    fill: (scope) =>
      compiled.map(({ parameter, mediaType, fileName, bytes }) => ({
        parameter: parameter.fill(scope),
        mediaType: mediaType.fill(scope),
        fileName,
        bytes,
      })),
  };
}

function bodyOf(isConstant: boolean, scope: TemplateScope, fill: Fill): CompiledBody {
  if (!isConstant) return { isConstant, contentType: null, fill };
  const bytes = fill(scope);
  return { isConstant, contentType: null, fill: () => bytes };
}

export interface CompiledPairs {
  isConstant: boolean;
  fill(scope: TemplateScope): readonly (readonly [string, string])[];
}

/** JMeter leaves out parameters whose name is blank, or made of variables that nobody has set: lists may have optional ones. */
function isSentInBody(name: string): boolean {
  const trimmed = name.trim();
  return trimmed !== '' && !(trimmed.startsWith('${') && trimmed.endsWith('}'));
}

/** In urls, only those without any name. */
export function isSentInQuery(name: string): boolean {
  return name !== '';
}

/** Names and values of parameters, those that are sent. */
export function compilePairs(
  pairs: readonly (readonly [string, string])[],
  path: string,
  texts: FlowTexts,
  isSent: (name: string) => boolean,
): CompiledPairs {
  const compiled: (readonly [Text, Text])[] = pairs.map(([name, value]) => [
    texts.compile(name, path),
    texts.compile(value, `${path}.${name}`),
  ]);
  return {
    isConstant: compiled.every(([name, value]) => name.constant !== null && value.constant !== null),
    fill: (scope) =>
      compiled.map(([name, value]) => [name.fill(scope), value.fill(scope)] as const).filter(([name]) => isSent(name)),
  };
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
