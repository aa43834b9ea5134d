/** The answers that are under way, and ending a server without cutting them off. */
import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface OpenAnswers {
  /** Whether something of an answer was sent on this connection and is not complete. */
  hasBegunOn(socket: Duplex): boolean;
  /** From now on the connection of each is closed after it. */
  closeAfterwards(): void;
}

export function trackAnswers(server: Server): OpenAnswers {
  const open = new Set<ServerResponse>();
  let isClosing = false;
  const closeAfter = (answer: ServerResponse) => {
    if (!answer.headersSent) answer.setHeader('connection', 'close');
  };
  server.on('request', (_request, answer) => {
    open.add(answer);
    if (isClosing) closeAfter(answer);
    answer.once('close', () => {
      open.delete(answer);
      if (isClosing) server.closeIdleConnections();
    });
  });
  return {
    hasBegunOn: (socket) => [...open].some((answer) => answer.socket === socket && answer.headersSent),
    closeAfterwards() {
      isClosing = true;
      for (const answer of open) closeAfter(answer);
    },
  };
}

export async function drainServer(server: Server, answers: OpenAnswers, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  answers.closeAfterwards();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
