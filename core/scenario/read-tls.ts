/**
 * Who is trusted, and who we are: Taurus says the latter with JMeter's `javax.net.ssl` properties and `keystore-config`, ours is
 * `loadstar.tls`.
 */
import { readMapping } from '../input/keywords.ts';
import { type Path, type Problems, pathText } from '../input/problems.ts';
import type { TaurusMapping, TaurusValue } from '../input/value.ts';
import { refusedForTaurus } from './needs-taurus.ts';
import { readFilePath } from './read-file-path.ts';
import type { TlsSettings } from './scenario.ts';
import { clientCertificateKeywords, keystoreKeywords, tlsKeywords } from './taurus-schema.ts';

/** Below `loadstar`. All that is not said is null, so that what Taurus says can take its place. */
export interface TlsRead {
  verify: boolean | null;
  authorityFile: string | null;
  client: TlsSettings['client'];
}

export function readTls(value: TaurusMapping, path: Path, problems: Problems): TlsRead {
  const read = readMapping(value, tlsKeywords, path, problems) ?? {};
  const authority = read.authority;
  return {
    verify: read.verify ?? null,
    authorityFile: authority === undefined ? null : readFilePath(authority, [...path, 'authority'], problems),
    client: read.client === undefined ? null : readClient(read.client, [...path, 'client'], problems),
  };
}

function readClient(value: TaurusValue, path: Path, problems: Problems): TlsSettings['client'] {
  const read = readMapping(value, clientCertificateKeywords, path, problems);
  if (read === null) return null;
  const password = read.password ?? '';
  const fileAt = (keyword: 'pkcs12' | 'certificate' | 'key') => {
    const written = read[keyword];
    if (written !== undefined) return readFilePath(written, [...path, keyword], problems);
    problems.add([...path, keyword], 'is missing: a file');
    return null;
  };
  if (read.pkcs12 !== undefined) {
    if (read.certificate !== undefined || read.key !== undefined) {
      problems.add(path, 'pkcs12 holds certificate and key: write the one or the others');
    }
    const file = fileAt('pkcs12');
    return file === null ? null : { kind: 'pkcs12', path: file, password };
  }
  const certificatePath = fileAt('certificate');
  const keyPath = fileAt('key');
  return certificatePath === null || keyPath === null ? null : { kind: 'pem', certificatePath, keyPath, password };
}

/** JMeter's key store, from `modules.jmeter.system-properties`. Only PKCS#12 can be read. */
export function readKeyStore(properties: TaurusMapping, path: Path, problems: Problems): TlsSettings['client'] {
  const textAt = (name: string): string | null => {
    const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return typeof value === 'string' ? value : value === undefined || value === null ? null : String(value);
  };
  const file = textAt('javax.net.ssl.keyStore');
  const type = textAt('javax.net.ssl.keyStoreType');
  if (file === null || file === '') return null;
  const at = [...path, 'javax.net.ssl.keyStore'];
  if (/\.jks$/i.test(file) || (type !== null && !/^pkcs12$/i.test(type))) {
    problems.add(at, refusedForTaurus('convert it to a PKCS#12 file (.p12)'));
    return null;
  }
  const read = readFilePath(file, at, problems);
  return read === null
    ? null
    : { kind: 'pkcs12', path: read, password: textAt('javax.net.ssl.keyStorePassword') ?? '' };
}

/** Which certificates of the key store users take in turn: one for all is what can be done. */
export function checkKeystoreConfig(
  value: TaurusMapping,
  client: TlsSettings['client'],
  path: Path,
  problems: Problems,
): void {
  const read = readMapping(value, keystoreKeywords, path, problems) ?? {};
  const first = read['start-index'] ?? 0;
  const last = read['end-index'] ?? first;
  if (first !== last || first !== 0) {
    problems.add(
      path,
      refusedForTaurus('one certificate for all users can be had: write start-index: 0, end-index: 0'),
    );
  } else if (client === null) {
    problems.warn(
      `${pathText(path)}: there is no certificate; name one in loadstar.tls.client, or as javax.net.ssl.keyStore below modules.jmeter.system-properties`,
    );
  }
}

export function isTlsProperty(name: string): boolean {
  return name.startsWith('javax.net.ssl.keyStore');
}
