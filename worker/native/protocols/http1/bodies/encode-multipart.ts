/** Files and parameters in one body, part by part as JMeter's HttpClient writes them. */
import { randomBytes } from 'node:crypto';
import { encodeText } from './encode-text.ts';

export interface MultipartFile {
  parameter: string;
  /** The name that is told. */
  fileName: string;
  mediaType: string;
  bytes: Buffer;
}

export interface Multipart {
  body: Buffer;
  contentType: string;
}

/** One that no body holds. */
export function randomBoundary(): string {
  return randomBytes(24).toString('base64url');
}

/** Values are in the charset, names always in UTF-8. */
export function encodeMultipart(
  parameters: readonly (readonly [string, string])[],
  files: readonly MultipartFile[],
  charset: string | null,
  boundary: string,
): Multipart {
  const shownCharset = charset ?? 'UTF-8';
  const parts: Buffer[] = [];
  const addPart = (lines: readonly string[], content: Buffer): void => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; ${lines.join('\r\n')}\r\n\r\n`;
    parts.push(Buffer.from(head, 'utf8'), content, lineBreak);
  };
  for (const [name, value] of parameters) {
    const type = `Content-Type: text/plain; charset=${shownCharset}`;
    const content = Buffer.from(encodeText(value, charset), 'latin1');
    addPart([`name=${quoted(name)}`, type, 'Content-Transfer-Encoding: 8bit'], content);
  }
  for (const { parameter, fileName, mediaType, bytes } of files) {
    const names = `name=${quoted(parameter)}; filename=${quoted(fileName)}`;
    addPart([names, `Content-Type: ${inOneLine(mediaType)}`, 'Content-Transfer-Encoding: binary'], bytes);
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return {
    body: Buffer.concat(parts),
    contentType: `multipart/form-data; boundary=${boundary}; charset=${shownCharset}`,
  };
}

const lineBreak = Buffer.from('\r\n');

function quoted(text: string): string {
  return `"${inOneLine(text.replace(/["\\]/g, '\\$&'))}"`;
}

/** What is filled in must not begin a line of its own. */
function inOneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
