/** The server's certificate and key, read and tried before anything listens. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { LoadstarError } from '../../core/errors.ts';

export interface TlsFiles {
  certificateFile: string;
  keyFile: string;
}

export interface TlsMaterial {
  cert: Buffer;
  key: Buffer;
  warnings: string[];
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
};

/** Throws `config_invalid` naming the file that cannot be read or used. */
export function readTls({ certificateFile, keyFile }: TlsFiles, nowMs: number): TlsMaterial {
  const cert = read('tls.certificateFile', certificateFile);
  const key = read('tls.keyFile', keyFile);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch (cause) {
    throw invalid('tls.certificateFile', `${certificateFile} holds no certificate in PEM`, cause);
  }
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const reason = (cause as Error).message;
    throw invalid(
      'tls.keyFile',
      `${keyFile} holds no private key of the certificate ${certificateFile}: ${reason}`,
      cause,
    );
  }
  return { cert, key, warnings: validityWarnings(certificate, certificateFile, nowMs) };
}

function read(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw invalid(setting, `${file} cannot be read: ${reasons[code] ?? message}`, cause);
  }
}

function invalid(setting: string, message: string, cause: unknown): LoadstarError {
  const fields = [{ path: setting, message }];
  return new LoadstarError('config_invalid', `The configuration is not valid: ${setting}: ${message}`, {
    fields,
    cause,
  });
}

function validityWarnings(certificate: X509Certificate, file: string, nowMs: number): string[] {
  if (Date.parse(certificate.validTo) <= nowMs) return [`The certificate ${file} has expired: ${certificate.validTo}.`];
  if (Date.parse(certificate.validFrom) > nowMs) {
    return [`The certificate ${file} is not valid yet: ${certificate.validFrom}.`];
  }
  return [];
}
