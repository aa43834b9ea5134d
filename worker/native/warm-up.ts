/**
 * Runs what is hottest over made-up bytes before the load starts, so that it is compiled by then and the first second is measured like all
 * others. Nothing is sent anywhere.
 */
import { Http1Client } from './protocols/http1/client.ts';
import { Origins } from './protocols/http1/origins.ts';
import { ResponseParser } from './protocols/http1/response-parser.ts';
import { Recorder } from './recording/recorder.ts';
import { judge } from './verdict.ts';

/** Some 30 ms on a usual machine. */
const ROUNDS = 10_000;

const responses = [
  'HTTP/1.1 200 OK\r\nServer: warm-up\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
];

export function warmUp(): void {
  const buffers = responses.map((response) => Buffer.from(response));
  const parser = new ResponseParser();
  const recorder = new Recorder(() => {});
  const record = recorder.recordOf('warm-up');
  const exchange = new Http1Client(new Origins(), 0, { onEnded: () => {} });
  const wishes = { isHead: false, keepsHead: false, body: null };
  recorder.start(0);
  for (let round = 0; round < ROUNDS; round++) {
    const buffer = buffers[round % buffers.length]!;
    parser.begin(wishes);
    parser.read(buffer, 0, buffer.length);
    exchange.code = parser.head.code;
    exchange.sentAtMs = round / 10 - (round % 100) / 7;
    exchange.firstByteAtMs = exchange.sentAtMs + (round % 100) / 9;
    exchange.endedAtMs = round / 10;
    record.began();
    const times = { plannedAtMs: round % 2 === 0 ? null : exchange.sentAtMs, isLate: false };
    recorder.ended(record, exchange, times, judge(exchange, []), '');
  }
}
