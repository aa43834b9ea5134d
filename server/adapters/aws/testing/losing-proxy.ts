/** A network that loses things: it stands before an emulator and breaks connections off where it is told to. */
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LosingProxy {
  url: string;
  /** Of the next request that fits: its answer is lost, though it was served. */
  loseAnswerOf(fits: (asked: IncomingMessage) => boolean): void;
  /** Of the next request that fits: its answer breaks off after so many bytes. */
  breakAnswerOf(fits: (asked: IncomingMessage) => boolean, afterBytes: number): void;
  /** How many answers were lost or broken off. */
  lost(): number;
  close(): Promise<void>;
}

interface Loss {
  fits(asked: IncomingMessage): boolean;
  afterBytes: number;
}

export async function startLosingProxy(to: string): Promise<LosingProxy> {
  const { hostname, port } = new URL(to);
  const losses: Loss[] = [];
  let lost = 0;
  const server: Server = createServer((asked, answer) => {
    const at = losses.findIndex(({ fits }) => fits(asked));
    const loss = at < 0 ? null : (losses.splice(at, 1)[0] ?? null);
    const { method, url: path, headers } = asked;
    const forwarded = request({ hostname, port, method, path, headers }, (served) => {
      if (loss === null) {
        answer.writeHead(served.statusCode ?? 500, served.rawHeaders);
        served.pipe(answer);
        return;
      }
      lost += 1;
      let left = loss.afterBytes;
      if (left > 0) answer.writeHead(served.statusCode ?? 500, served.rawHeaders);
      served.on('data', (piece: Buffer) => {
        if (left > 0) answer.write(piece.subarray(0, left), () => left <= 0 && answer.destroy());
        left -= piece.length;
      });
      served.on('end', () => answer.destroy());
    });
    forwarded.on('error', () => answer.destroy());
    asked.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswerOf: (fits) => void losses.push({ fits, afterBytes: 0 }),
    breakAnswerOf: (fits, afterBytes) => void losses.push({ fits, afterBytes }),
    lost: () => lost,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
