/** HTTPS: names, certificates of both sides, sessions, and servers that do not speak TLS as they should. */
import { readFileSync } from 'node:fs';
import type net from 'node:net';
import { join } from 'node:path';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { type TlsSettings, tlsSettingsDefault } from '../../core/scenario/scenario.ts';
import { closed, errorsOf, type NativeOptions, nativeEngine, runNative } from './testing/run-native.ts';
import { response } from './testing/scripted-server.ts';
import { serve } from './testing/serve-scripted.ts';

const file = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'testing/certificate', name));
const pair = (name: string): TlsOptions => ({ key: file(`${name}-key.pem`), cert: file(`${name}.pem`) });
const selfSigned: TlsOptions = { key: file('key.pem'), cert: file('cert.pem') };
const trusted = pair('server');
const files = Object.fromEntries(
  ['authority.pem', 'client.pem', 'client-key.pem', 'client-locked-key.pem', 'client.p12', 'client-outdated.p12'].map(
    (name) => [name, file(name)],
  ),
);

function secured(settings: Partial<TlsSettings>) {
  return { flow: { tls: { ...tlsSettingsDefault, ...settings } }, files };
}
const verified = secured({ verify: true, authorityFile: 'authority.pem' });

async function errorsAt(url: string, options: Partial<NativeOptions> = {}): Promise<string[]> {
  const { total } = await runNative({ steps: [{ url }], ...options });
  return Object.keys(errorsOf(total));
}

describe('a server', () => {
  it('is taken whatever its certificate, and hears the name', async () => {
    const names: unknown[] = [];
    const server = await serve(() => response('ok'), {
      tls: selfSigned,
      onConnection: (socket) => names.push((socket as TLSSocket & { servername: unknown }).servername),
    });
    const { total } = await runNative({
      steps: [{ url: `https://localhost:${server.port}/` }],
      loads: [closed({ concurrency: 3, iterations: 4 })],
    });
    expect(errorsOf(total)).toEqual({});
    expect(total).toMatchObject({ requests: 12, failures: 0 });
    expect(server.connections).toBe(3);
    expect([total.connect?.count, total.tls?.count, total.transfer?.count]).toEqual([3, 3, 12]);
    expect(names).toEqual(['localhost', 'localhost', 'localhost']);
  });

  it('hears no name where the url has an address', async () => {
    let name: unknown = 'none yet';
    const server = await serve(() => response('ok'), {
      tls: selfSigned,
      onConnection: (socket) => {
        name = (socket as TLSSocket & { servername: unknown }).servername;
      },
    });
    expect(await errorsAt(server.url)).toEqual([]);
    expect(name).toBe(false);
  });

  it('may answer with more than a record holds', async () => {
    const server = await serve(() => response('x'.repeat(300_000)), { tls: selfSigned });
    const { total } = await runNative({ steps: [{ url: server.url }], loads: [closed({ iterations: 2 })] });
    expect(total).toMatchObject({ requests: 2, failures: 0 });
    expect(total.bytesReceived).toBeGreaterThan(600_000);
  });

  it('is sent a large body whole', async () => {
    const body = Buffer.alloc(3_000_000, 'abcdefgh');
    const server = await serve((request) => response(String(request.body === body.toString('latin1'))), {
      tls: selfSigned,
    });
    const { total } = await runNative({
      steps: [
        {
          url: server.url,
          method: 'POST',
          body: { kind: 'file', path: 'body' },
          assertions: [
            { kind: 'contains', contains: ['true'], subject: 'body', regexp: false, not: false, assumeSuccess: false },
          ],
        },
      ],
      loads: [closed({ iterations: 2 })],
      files: { body },
    });
    expect(errorsOf(total)).toEqual({});
    expect(server.connections).toBe(1);
  });
});

describe('a server that is verified', () => {
  it.each(['localhost', '127.0.0.1'])('is taken with a certificate of a known authority for %s', async (host) => {
    const server = await serve(() => response('ok'), { tls: trusted });
    expect(await errorsAt(`https://${host}:${server.port}/`, verified)).toEqual([]);
  });

  const failed = 'tls: the TLS handshake failed: ';
  it.each<[string, TlsOptions, NonNullable<NativeOptions['flow']>, string]>([
    ['expired', pair('expired'), verified.flow, "the server's certificate has expired (CERT_HAS_EXPIRED)"],
    ['self-signed', selfSigned, verified.flow, "the server's certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)"],
    [
      'of an authority that is not known',
      trusted,
      secured({ verify: true }).flow,
      "the authority of the server's certificate is not a known one (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
    ],
  ])('is refused when its certificate is %s', async (_, tls, flow, why) => {
    const server = await serve(() => response('ok'), { tls });
    expect(await errorsAt(`https://localhost:${server.port}/`, { flow, files })).toEqual([failed + why]);
    expect(server.requests).toEqual([]);
  });

  it('is refused when its certificate is for another host', async () => {
    const server = await serve(() => response('ok'), { tls: trusted, host: '127.0.0.2' });
    expect(await errorsAt(server.url, verified)).toEqual([
      `${failed}the server's certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)`,
    ]);
    expect(await errorsAt(server.url)).toEqual([]);
  });

  it('is refused again and again: no session is kept of one that was', async () => {
    const server = await serve(() => response('ok'), { tls: { ...pair('expired'), maxVersion: 'TLSv1.2' } });
    const { total } = await runNative({
      steps: [{ url: `https://localhost:${server.port}/` }],
      loads: [closed({ iterations: 3 })],
      ...verified,
    });
    expect(Object.values(errorsOf(total))).toEqual([3]);
  });
});

describe('a client certificate', () => {
  const demanding: TlsOptions = { ...trusted, requestCert: true, rejectUnauthorized: true, ca: file('authority.pem') };
  const peerName = (socket: net.Socket): string => String((socket as TLSSocket).getPeerCertificate().subject.CN);
  const pem = { kind: 'pem', certificatePath: 'client.pem', keyPath: 'client-key.pem', password: '' } as const;

  it.each<[string, TlsSettings['client']]>([
    ['PKCS#12', { kind: 'pkcs12', path: 'client.p12', password: 'open-sesame' }],
    ['PEM', pem],
    ['PEM with a locked key', { ...pem, keyPath: 'client-locked-key.pem', password: 'open-sesame' }],
  ])('is shown: %s', async (_, client) => {
    const server = await serve((_request, socket) => response(peerName(socket)), { tls: demanding });
    const { total } = await runNative({
      steps: [
        {
          url: server.url,
          assertions: [
            {
              kind: 'contains',
              contains: ['Load test'],
              subject: 'body',
              regexp: false,
              not: false,
              assumeSuccess: false,
            },
          ],
        },
      ],
      ...secured({ client }),
    });
    expect(errorsOf(total)).toEqual({});
  });

  it.each([
    ['TLSv1.2', /^tls: the TLS handshake failed: .*demands a.*certificate.* \(ERR_SSL_\S+_ALERT_HANDSHAKE_FAILURE\)$/],
    [
      'TLSv1.3',
      /^tls: the TLS connection broke: the server demands a client certificate \(ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED\)$/,
    ],
  ] as const)('that is demanded and missing is said to be (%s)', async (maxVersion, why) => {
    const server = await serve(() => response('ok'), { tls: { ...demanding, maxVersion } });
    expect(await errorsAt(server.url)).toEqual([expect.stringMatching(why)]);
  });

  it.each<[string, Partial<TlsSettings>, RegExp]>([
    [
      'a wrong password',
      { client: { kind: 'pkcs12', path: 'client.p12', password: 'open' } },
      /^The password does not open client\.p12\.$/,
    ],
    [
      'a file that is something else',
      { client: { kind: 'pkcs12', path: 'broken', password: '' } },
      /^broken is no PKCS#12 file, or is damaged \(/,
    ],
    [
      'an outdated encryption',
      { client: { kind: 'pkcs12', path: 'client-outdated.p12', password: 'open-sesame' } },
      /^client-outdated\.p12 is encrypted with an outdated algorithm; write it anew: openssl/,
    ],
    [
      'a Java keystore',
      { client: { kind: 'pkcs12', path: 'keystore', password: '' } },
      /^keystore is a Java keystore \(JKS\); turn it into PKCS#12: keytool/,
    ],
    [
      'a locked key without its password',
      { client: { ...pem, keyPath: 'client-locked-key.pem' } },
      /^The password does not open the key client-locked-key\.pem\.$/,
    ],
    [
      "another certificate's key",
      { client: { ...pem, certificatePath: 'authority.pem' } },
      /^The key client-key\.pem does not belong to the certificate authority\.pem\.$/,
    ],
    ['no key in its file', { client: { ...pem, keyPath: 'client.pem' } }, /client\.pem holds no private key in PEM/],
    ['no certificate in its file', { client: { ...pem, certificatePath: 'broken' } }, /^broken holds no certificate: /],
    [
      'a damaged certificate',
      { client: { ...pem, certificatePath: 'damaged' } },
      /^Certificate 1 of damaged is damaged: /,
    ],
    ['an authority that is none', { verify: true, authorityFile: 'broken' }, /^broken holds no certificate: /],
    ['a missing file', { verify: true, authorityFile: 'no.pem' }, /no\.pem is missing/],
  ])('or authority of no use is an error before the start: %s', async (_, settings, message) => {
    const { engine } = nativeEngine({
      steps: [{ url: 'https://127.0.0.1:1/' }],
      flow: { tls: { ...tlsSettingsDefault, ...settings } },
      files: {
        ...files,
        broken: 'hello',
        keystore: Buffer.from('feedfeed00000002', 'hex'),
        damaged: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      },
    });
    await expect(engine.prepare()).rejects.toThrow(message);
  });
});

describe('a session', () => {
  /** For each connection of a server, whether a session was resumed. */
  async function resumed(tls: TlsOptions, options: Partial<NativeOptions>): Promise<boolean[]> {
    const seen: boolean[] = [];
    const server = await serve(() => response('ok'), {
      tls,
      onConnection: (socket) => seen.push((socket as TLSSocket).isSessionReused()),
    });
    const { total } = await runNative({
      steps: [{ url: `https://localhost:${server.port}/`, keepAlive: false }],
      ...options,
    });
    expect(errorsOf(total)).toEqual({});
    expect(total.tls?.count).toBe(seen.length);
    return seen;
  }

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is resumed by the user that began it, and by no other (%s)',
    async (maxVersion) => {
      const seen = await resumed({ ...trusted, maxVersion }, { loads: [closed({ concurrency: 3, iterations: 4 })] });
      expect(seen.length).toBe(12);
      expect(seen.filter((isResumed) => !isResumed).length).toBe(3);
      expect(await resumed({ ...trusted, maxVersion }, { ...verified, loads: [closed({ iterations: 3 })] })).toEqual([
        false,
        true,
        true,
      ]);
    },
  );

  it('is begun anew where the server keeps none', async () => {
    const { SSL_OP_NO_TICKET } = (await import('node:crypto')).constants;
    const tls = { ...trusted, maxVersion: 'TLSv1.2', secureOptions: SSL_OP_NO_TICKET } as const;
    expect(await resumed(tls, { loads: [closed({ iterations: 3 })] })).toEqual([false, false, false]);
  });

  it('belongs to an origin', async () => {
    const seen: [number, boolean][] = [];
    const at = (which: number) =>
      serve(() => response('ok'), {
        tls: trusted,
        onConnection: (socket) => seen.push([which, (socket as TLSSocket).isSessionReused()]),
      });
    const [one, other] = [await at(1), await at(2)];
    const steps = [one, other].map(({ port }) => ({ url: `https://localhost:${port}/`, keepAlive: false }));
    const { total } = await runNative({ steps, loads: [closed({ iterations: 2 })] });
    expect(errorsOf(total)).toEqual({});
    expect(seen).toEqual([
      [1, false],
      [2, false],
      [1, true],
      [2, true],
    ]);
  });
});

describe('a server that does not speak TLS as it should', () => {
  it('speaks something else', async () => {
    const server = await serve(() => null, { onConnection: (socket) => void socket.write('220 hello\r\n') });
    const { total } = await runNative({ steps: [{ url: `https://127.0.0.1:${server.port}/` }] });
    expect(errorsOf(total)).toEqual({
      'tls: the TLS handshake failed: what answered does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)': 1,
    });
    expect([total.connect?.count, total.tls]).toEqual([1, null]);
  });

  it.each(['end', 'destroy', 'reset'])('hangs up in the handshake (%s)', async (how) => {
    const server = await serve(() => null, {
      onConnection: (socket) => {
        socket.once('data', () => {
          if (how === 'end') socket.end();
          else if (how === 'destroy') socket.destroy();
          else socket.resetAndDestroy();
        });
      },
    });
    expect(await errorsAt(`https://127.0.0.1:${server.port}/`)).toEqual([
      expect.stringMatching(
        /^tls: the TLS handshake failed: the connection was (closed|reset) \((closed|ECONNRESET)\)$/,
      ),
    ]);
  });

  it('says nothing', async () => {
    const server = await serve(() => null);
    const { total } = await runNative({ steps: [{ url: `https://127.0.0.1:${server.port}/`, timeoutSeconds: 0.1 }] });
    expect(errorsOf(total)).toEqual({ 'connect-timeout: no connection in time': 1 });
    expect([total.bytesSent, total.connect?.count, total.tls]).toEqual([0, 1, null]);
  });

  it('speaks only versions that are outdated', async () => {
    const server = await serve(() => response('ok'), {
      tls: { ...trusted, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    });
    expect(await errorsAt(server.url)).toEqual([expect.stringMatching(/^tls: the TLS handshake failed: the server /)]);
  });

  it('has no cipher in common', async () => {
    const server = await serve(() => response('ok'), {
      tls: { ...trusted, maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA256' },
    });
    expect(await errorsAt(server.url)).toEqual([
      expect.stringMatching(/^tls: the TLS handshake failed: .*has no cipher in common/),
    ]);
  });

  it('damages a record', async () => {
    const server = await serve(() => null, {
      tls: trusted,
      onConnection: (socket) => {
        // Below TLS: what the client gets is no record that it could decrypt.
        const raw = (socket as TLSSocket & { _parent: net.Socket })._parent;
        socket.once('data', () => raw.write(Buffer.from('1703030020'.padEnd(74, 'ab'), 'hex')));
      },
    });
    expect(await errorsAt(server.url)).toEqual([expect.stringMatching(/^tls: the TLS connection broke: /)]);
  });
});
