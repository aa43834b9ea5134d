/** What a worker thread does: prepares its engine, runs it when told so, and sends what it measured, second by second. */
import type { MessagePort } from 'node:worker_threads';
import { LoadstarError } from '../../../core/errors.ts';
import { ByteWriter } from '../../../core/statistics/bytes.ts';
import { writeDistribution } from '../../../core/statistics/statistics-codec.ts';
import type { Engine } from '../../engine.ts';
import { processHealthSource } from '../../health.ts';
import { createThreadEngine } from '../native-engine.ts';
import { monotonicOffsetMs } from '../pacing/monotonic-clock.ts';
import { carry, uncarry } from './carried-error.ts';
import { encodeWindow } from './encode-window.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';

export function runThread(port: MessagePort, { id, plan, secrets, thread }: ThreadData): void {
  const files = new Map<string, PromiseWithResolvers<Uint8Array>>();
  const send = (message: FromThread, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  const fail = (error: unknown): void => send({ kind: 'failed', error: carry(error) });
  const engine = createThreadEngine(
    {
      plan,
      id,
      secrets,
      readFile(path) {
        const file = Promise.withResolvers<Uint8Array>();
        files.set(path, file);
        send({ kind: 'read-file', path });
        return file.promise;
      },
      log: (level, message, fields) => send({ kind: 'log', level, message, fields: fields ?? null }),
      onWindow(window) {
        const segment = encodeWindow(window, thread);
        send({ kind: 'window', segment }, [segment.buffer]);
      },
    },
    { thread, onStopped: (execution, isNow) => send({ kind: 'execution-stopped', execution, isNow }) },
  );
  port.on('message', (message: ToThread) => {
    if (message.kind === 'run') run(engine, message, send).catch(fail);
    else if (message.kind === 'stop') engine.stop(message.graceMs);
    else if (message.kind === 'stop-execution') engine.stopExecution(message.execution, message.isNow);
    else if (message.bytes !== null) files.get(message.path)?.resolve(message.bytes);
    else files.get(message.path)?.reject(uncarry(message.error ?? carry(new LoadstarError('internal', 'no file'))));
  });
  engine.prepare().then(() => send({ kind: 'prepared' }), fail);
}

async function run(
  engine: Engine,
  { goAtMs, startAtMs }: Extract<ToThread, { kind: 'run' }>,
  send: (message: FromThread, transfer: ArrayBuffer[]) => void,
): Promise<void> {
  const watch = processHealthSource.watchEventLoop();
  const { startLateness, startSkewMs } = await engine.run(startAtMs - monotonicOffsetMs(), goAtMs);
  const writer = new ByteWriter();
  writeDistribution(writer, startLateness);
  const bytes = new Uint8Array(writer.finish());
  send({ kind: 'ended', startSkewMs, startLateness: bytes, eventLoopLagMs: watch.stop() }, [bytes.buffer]);
}
