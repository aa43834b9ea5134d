/** Mail through an SMTP server. */
import { createTransport } from 'nodemailer';
import { LoadstarError } from '../../core/errors.ts';
import type { Mail } from '../ports/mail.ts';

const TIMEOUT_MS = 15_000;

export interface SmtpOptions {
  /** `smtps://user:password@mail.example:465`, or `smtp://...`, which turns to TLS where the server offers it. */
  smtpUrl: string;
  /** `Loadstar <loadstar@example.com>`. */
  from: string;
}

export function createSmtpMail({ smtpUrl, from }: SmtpOptions): Mail {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // A message is what it says: nothing is read from files or other hosts for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text }) {
      try {
        // An object, so that an address is one address, whatever stands in it.
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text });
      } catch (error) {
        const { code = '', response } = error as { code?: string; response?: string };
        const reason = response ?? ((error as Error).message || code);
        throw new LoadstarError(
          'mail_failed',
          `The mail server did not take a message: ${withoutSecrets(reason, smtpUrl)}`,
        );
      }
    },
  };
}

/** Servers may repeat what was said to them. */
function withoutSecrets(text: string, smtpUrl: string): string {
  const { password } = new URL(smtpUrl);
  const secrets = [password, decodeURIComponent(password)].filter((secret) => secret !== '');
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text.slice(0, 500));
}
