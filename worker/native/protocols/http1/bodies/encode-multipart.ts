/** Files and parameters in one body, as browsers send forms with files. */
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

/** A boundary that no body holds. */
export function randomBoundary(): string {
  return randomBytes(24).toString('base64url');
}

export function encodeMultipart(
  parameters: readonly (readonly [string, string])[],
  files: readonly MultipartFile[],
  charset: string | null,
  boundary = randomBoundary(),
): Multipart {
  const parts: Buffer[] = [];
  for (const [name, value] of parameters) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`;
    parts.push(Buffer.from(encodeText(`${head}${value}\r\n`, charset), 'latin1'));
  }
  for (const { parameter, fileName, mediaType, bytes } of files) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${parameter}"; filename="${fileName}"\r\nContent-Type: ${mediaType}\r\n\r\n`;
    parts.push(Buffer.from(encodeText(head, charset), 'latin1'), bytes, Buffer.from('\r\n'));
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return { body: Buffer.concat(parts), contentType: `multipart/form-data; boundary=${boundary}` };
}
