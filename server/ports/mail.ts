/** Mail to people. */

export interface MailMessage {
  to: string;
  subject: string;
  /** Plain text, lines of any length. */
  text: string;
}

/**
 * Resolves when the mail server has taken the message, which is no promise that it arrives; sending is not tried again. What stands in a message,
 * such as a link, is never logged. Throws `mail_failed` without the message's content.
 */
export interface Mail {
  send(message: MailMessage): Promise<void>;
}
