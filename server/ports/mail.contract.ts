import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Mail, MailMessage } from './mail.ts';

export interface OpenedMail {
  mail: Mail;
  /** What has arrived, in order. */
  arrived(): Promise<MailMessage[]>;
  close(): Promise<void>;
}

/** What everything that sends mail does. */
export function mailContract(name: string, open: () => Promise<OpenedMail>): void {
  describe(`${name} sends mail that`, () => {
    let opened: OpenedMail;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('arrives as it was sent, whatever stands in it', async () => {
      const message = {
        to: 'ada@example.com',
        subject: 'Größe „schön“ 🚀',
        text: `.\nFrom here\n\n${'x'.repeat(2000)}\nhttps://loadstar.example/sign-in/link?code=lsi_${'a'.repeat(43)}&b=1\n`,
      };
      await opened.mail.send(message);
      expect(await opened.arrived()).toEqual([message]);
    });

    it('goes to one address, and has no headers from outside', async () => {
      await opened.mail.send({ to: 'a@example.com', subject: 'one\r\nBcc: other@example.com', text: 'text\n' });
      const arrived = await opened.arrived();
      expect(arrived).toHaveLength(1);
      expect(arrived[0]?.to).toBe('a@example.com');
    });
  });
}
