/** Mail through a real SMTP server. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { describe, expect, it } from 'vitest';
import { mailContract } from '../ports/mail.contract.ts';
import type { MailMessage } from '../ports/mail.ts';
import { createMemoryMail } from './memory/memory-mail.ts';
import { createSmtpMail } from './smtp-mail.ts';

const PASSWORD = 'p@ss word';

async function startSmtp(options: SMTPServerOptions = {}) {
  const arrived: { to: string[]; raw: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) =>
      auth.username === 'me' && auth.password === PASSWORD
        ? done(null, { user: 'me' })
        : done(new Error(`wrong: ${auth.password}`)),
    onData(stream, session, done) {
      buffer(stream).then((bytes) => {
        arrived.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: bytes.toString() });
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return { arrived, port, close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

/** As a reader would show it. */
function readMessage({ to, raw }: { to: string[]; raw: string }): MailMessage {
  const [head = '', ...body] = raw.split('\r\n\r\n');
  const headers = head.replaceAll(/\r\n[ \t]+/g, ' ');
  const subject = /^Subject: (.*)$/m.exec(headers)?.[1] ?? '';
  const encoding = /^Content-Transfer-Encoding: (.*)$/m.exec(headers)?.[1]?.toLowerCase();
  const content = body.join('\r\n\r\n');
  const text =
    encoding === 'base64'
      ? Buffer.from(content, 'base64').toString()
      : encoding === 'quoted-printable'
        ? Buffer.from(
            content
              .replaceAll('=\r\n', '')
              .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          ).toString()
        : content;
  return { to: to.join(), subject: decodeWords(subject), text: text.replaceAll('\r\n', '\n') };
}

function decodeWords(text: string): string {
  return text.replaceAll(/\?=\s+=\?/g, '?==?').replaceAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, kind, word) =>
    kind.toUpperCase() === 'B'
      ? Buffer.from(word, 'base64').toString()
      : Buffer.from(
          word
            .replaceAll('_', ' ')
            .replaceAll(/=([0-9A-F]{2})/g, (_all: string, hex: string) =>
              String.fromCharCode(Number.parseInt(hex, 16)),
            ),
          'latin1',
        ).toString(),
  );
}

mailContract('SMTP', async () => {
  const smtp = await startSmtp();
  const smtpUrl = `smtp://me:${encodeURIComponent(PASSWORD)}@127.0.0.1:${smtp.port}`;
  const mail = createSmtpMail({ smtpUrl, from: 'Loadstar <loadstar@example.com>' });
  return { mail, arrived: async () => smtp.arrived.map(readMessage), close: smtp.close };
});

mailContract('memory', async () => {
  const mail = createMemoryMail();
  return { mail, arrived: async () => mail.sent, close: async () => {} };
});

describe('SMTP', () => {
  const message = { to: 'a@example.com', subject: 's', text: 'https://loadstar.example/secret-link' };
  const from = 'Loadstar <loadstar@example.com>';

  it('says what the server said, without password and message', async () => {
    const smtp = await startSmtp();
    const mail = createSmtpMail({ smtpUrl: `smtp://me:wrong-secret@127.0.0.1:${smtp.port}`, from });
    const error = await mail.send(message).catch((thrown) => thrown);
    await smtp.close();
    expect(error).toMatchObject({ code: 'mail_failed' });
    expect(`${error.message} ${error.stack} ${error.cause ?? ''}`).not.toMatch(/wrong-secret|secret-link/);
    expect(smtp.arrived).toEqual([]);
  });

  it('fails in words when nobody listens, or the address is refused', async () => {
    const smtp = await startSmtp({
      authOptional: true,
      onRcptTo: (_address, _session, done) => done(new Error('no such mailbox')),
    });
    const refused = createSmtpMail({ smtpUrl: `smtp://127.0.0.1:${smtp.port}`, from }).send(message);
    await expect(refused).rejects.toMatchObject({
      code: 'mail_failed',
      message: expect.stringContaining('no such mailbox'),
    });
    await smtp.close();
    const nobody = createSmtpMail({ smtpUrl: `smtp://127.0.0.1:${smtp.port}`, from }).send(message);
    await expect(nobody).rejects.toMatchObject({
      code: 'mail_failed',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('cannot be led to send to others by an address', async () => {
    const smtp = await startSmtp({ authOptional: true });
    const mail = createSmtpMail({ smtpUrl: `smtp://127.0.0.1:${smtp.port}`, from });
    for (const to of [
      'a@example.com, evil@example.com',
      'a@example.com\r\nRCPT TO:<evil@example.com>',
      '"x" <evil@example.com>',
    ]) {
      await mail.send({ ...message, to }).catch(() => {});
    }
    await smtp.close();
    for (const { to } of smtp.arrived) expect(to.length).toBeLessThanOrEqual(1);
    expect(JSON.stringify(smtp.arrived.map(({ to }) => to))).not.toMatch(/^\[?"?evil@example\.com"?\]?$/);
  });
});
