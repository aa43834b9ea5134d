/** Who users are to TLS servers, and whom they trust: read from a scenario's files before the load starts. */
import { X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext, type SecureContextOptions } from 'node:tls';
import { LoadstarError } from '../../../../core/errors.ts';
import type { TlsSettings } from '../../../../core/scenario/scenario.ts';

/** A file of the scenario. Throws `scenario_file_missing`. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/**
 * How keys are agreed on, as Java's clients do. Node would offer a post-quantum group first, which makes a handshake cost a quarter more here and
 * the first packet twice as long.
 */
const KEY_GROUPS = 'X25519:prime256v1:secp384r1:secp521r1';

/** What all TLS connections of a flow have in common. */
export class TlsIdentity {
  /** Servers must have a certificate of an authority that is trusted, and for their name. */
  readonly verifies: boolean;
  #options: SecureContextOptions;
  #context: SecureContext | null = null;

  /** Without options: no certificate of its own, and nobody is trusted, which matters only where servers are verified. */
  constructor(verifies = false, options: SecureContextOptions = { ca: [] }) {
    this.verifies = verifies;
    this.#options = options;
  }

  /** Does now what else the first connection would wait for. Throws when the certificates are of no use. */
  getReady(): void {
    this.secureContext;
  }

  /** One for all connections: making it costs more than a handshake. */
  get secureContext(): SecureContext {
    this.#context ??= createSecureContext({ ecdhCurve: KEY_GROUPS, ...this.#options });
    return this.#context;
  }
}

/** Reads the certificates that the settings name. Throws `scenario_invalid`, naming the file and what is wrong with it. */
export async function readTlsIdentity(settings: TlsSettings, readFile: ReadFile): Promise<TlsIdentity> {
  const { authorityFile, client, verify } = settings;
  const authorities = authorityFile === null ? [] : readAuthorities(authorityFile, await readFile(authorityFile));
  const ca = verify ? [...systemAuthorities(), ...authorities] : [];
  if (client === null) return new TlsIdentity(verify, { ca });
  if (client.kind === 'pkcs12') {
    const pfx = Buffer.from(await readFile(client.path));
    return checked(verify, { ca, pfx, passphrase: client.password }, (error) =>
      pkcs12Problem(client.path, pfx, messageOf(error)),
    );
  }
  const { certificatePath, keyPath, password } = client;
  const [cert, key] = await Promise.all([readFile(certificatePath), readFile(keyPath)]);
  readAuthorities(certificatePath, cert);
  const options = { ca, cert: Buffer.from(cert), key: Buffer.from(key), passphrase: password };
  return checked(verify, options, (error) => pemProblem(certificatePath, keyPath, error));
}

/** Those that Node trusts, and those of the system. */
function systemAuthorities(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

/** Makes the context now, so that what is wrong with it shows before the load starts. */
function checked(verifies: boolean, options: SecureContextOptions, problemOf: (error: unknown) => string): TlsIdentity {
  const identity = new TlsIdentity(verifies, options);
  try {
    identity.getReady();
  } catch (error) {
    throw new LoadstarError('scenario_invalid', problemOf(error), { cause: error });
  }
  return identity;
}

const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a file, as PEM; there must be one. */
function readAuthorities(path: string, bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  const blocks = text.match(pemBlock) ?? [];
  if (blocks.length === 0) {
    throw new LoadstarError(
      'scenario_invalid',
      `${path} holds no certificate: a PEM file with a line -----BEGIN CERTIFICATE----- is needed.`,
    );
  }
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block).toString();
    } catch (error) {
      throw new LoadstarError(
        'scenario_invalid',
        `Certificate ${index + 1} of ${path} is damaged: ${messageOf(error)}.`,
        {
          cause: error,
        },
      );
    }
  });
}

function pkcs12Problem(path: string, bytes: Buffer, message: string): string {
  const isJavaKeystore = bytes.length >= 4 && bytes.readUInt32BE(0) === 0xfeedfeed;
  if (isJavaKeystore) {
    return `${path} is a Java keystore (JKS); turn it into PKCS#12: keytool -importkeystore -srckeystore ${path} -destkeystore client.p12 -deststoretype pkcs12.`;
  }
  if (message.includes('mac verify failure')) return `The password does not open ${path}.`;
  if (message.includes('Unsupported PKCS12')) {
    return `${path} is encrypted with an outdated algorithm; write it anew: openssl pkcs12 -legacy -in ${path} -nodes -out client.pem, then openssl pkcs12 -export -in client.pem -out ${path}.`;
  }
  if (message.includes('private key')) return `${path} holds no private key.`;
  return `${path} is no PKCS#12 file, or is damaged (${message}).`;
}

function pemProblem(certificatePath: string, keyPath: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_OSSL_BAD_DECRYPT') return `The password does not open the key ${keyPath}.`;
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') {
    return `The key ${keyPath} does not belong to the certificate ${certificatePath}.`;
  }
  return `The client certificate cannot be used: ${keyPath} holds no private key in PEM, or is damaged (${messageOf(error)}).`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
