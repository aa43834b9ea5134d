/** Mail that goes nowhere, for tests. */
import type { Mail, MailMessage } from '../../ports/mail.ts';

export interface MemoryMail extends Mail {
  sent: MailMessage[];
}

export function createMemoryMail(): MemoryMail {
  const sent: MailMessage[] = [];
  return { sent, send: async (message) => void sent.push(structuredClone(message)) };
}
