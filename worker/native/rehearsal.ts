/**
 * A short load against a server inside this process, before the real one: so that the first second is measured with code as fast as that of all others.
 * Nothing goes to the target, and nothing of it is recorded. Texts that are filled in, extractors and assertions are rehearsed where the load has them.
 */
import { createServer, type Server } from 'node:net';
import { type Shard, shardOf } from '../../core/plan/shard.ts';
import { type CompiledFlow, compileFlow } from './compile/compile-flow.ts';
import { openFlow } from './compile/open-flow.ts';
import { Load } from './load/load.ts';
import type { CreateWaker } from './pacing/waker.ts';
import { Origins } from './protocols/http1/origins.ts';
import { Recorder } from './recording/recorder.ts';
import { PASSED_SECONDS, type RehearsalParts, ROWS, rehearsalPlan, rehearsalTask } from './rehearsal-plan.ts';

/** What has been compiled for the objects of a single load would have to be compiled again for those of the next one. */
const TAKES = 2;

const responses = [
  'HTTP/1.1 200 OK\r\nServer: rehearsal\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
];

const POST = 'P'.charCodeAt(0);
const postResponse =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 39\r\n\r\n{"session": {"token": "abc"}, "n": 123}';

/** Of the load that will be made: what of it is worth rehearsing. */
export function rehearsalParts(flows: readonly CompiledFlow[], { executions }: Shard): RehearsalParts {
  const changes = flows.some(({ program }) =>
    program.instructions.some(
      (each) =>
        each.op === 'request' &&
        (each.request.fixed === null || each.request.assertions.length > 0 || each.request.extractors.length > 0),
    ),
  );
  const starts = executions.reduce((sum, each) => sum + (each.model === 'open' ? each.starts : 0), 0);
  return { changes, starts };
}

/** Resolves when it is over; where no server can listen, at once. */
export async function rehearse(createWaker: CreateWaker, parts: RehearsalParts): Promise<void> {
  let answered = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      socket.write(bytes[0] === POST ? postResponse : (responses[answered++ % responses.length] ?? ''));
    });
  });
  const port = await listen(server);
  if (port === null) return;
  for (let take = 0; take < TAKES; take++) await runLoad(`http://127.0.0.1:${port}/`, createWaker, parts);
  server.close();
}

async function runLoad(url: string, createWaker: CreateWaker, parts: RehearsalParts): Promise<void> {
  const shard = shardOf(rehearsalPlan(url, parts), rehearsalTask);
  const origins = new Origins();
  const recorder = new Recorder(() => {});
  const readFile = (): Promise<Uint8Array> => Promise.resolve(Buffer.from(ROWS));
  const recordOf = (label: string) => recorder.recordOf(label);
  const flows: CompiledFlow[] = [];
  for (const { flow, rowsOf } of shard.executions) {
    const opened = await openFlow(flow, { secrets: new Map(), readFile, rowsOf });
    flows.push(await compileFlow(opened, { origins, userAgent: 'rehearsal', recordOf, readFile }));
  }
  const load = new Load({ shard, flows, recorder, gracefulStopMs: 0 });
  await load.run({ startAtMs: performance.now() - PASSED_SECONDS * 1_000, goAtMs: 0, createWaker });
}

/** The port; null when it cannot listen. */
function listen(server: Server): Promise<number | null> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : null);
    });
  });
}
