/**
 * A short load against a server inside this process, before the real one: so that the first second is measured with code as fast as that of all others.
 * Nothing goes to the target, and nothing of it is recorded.
 */
import { createServer, type Server } from 'node:net';
import type { Shard } from '../../core/plan/shard.ts';
import { UserChanges } from '../../core/plan/user-changes.ts';
import { type Flow, httpSettingsDefault, tlsSettingsDefault } from '../../core/scenario/scenario.ts';
import { compileFlow } from './compile/compile-flow.ts';
import { openFlow } from './compile/open-flow.ts';
import { Load } from './load/load.ts';
import type { CreateWaker } from './pacing/waker.ts';
import { Origins } from './protocols/http1/origins.ts';
import { Recorder } from './recording/recorder.ts';

const CLOSED_USERS = 4;
const CLOSED_ITERATIONS = 500;
const OPEN_STARTS = 200;
const OPEN_STARTS_PER_SECOND = 1_000;
/** It ends by then, however slow the machine is. */
const SECONDS_MAX = 1;
/** Seconds of its windows that have passed when it begins: the end of a second is rehearsed too. */
const PASSED_SECONDS = 0.95;

const responses = [
  'HTTP/1.1 200 OK\r\nServer: rehearsal\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
];

/** Resolves when it is over; where no server can listen, at once. */
export async function rehearse(createWaker: CreateWaker): Promise<void> {
  let answered = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write(responses[answered++ % responses.length] ?? ''));
  });
  const port = await listen(server);
  if (port === null) return;
  const origins = new Origins();
  const recorder = new Recorder(() => {});
  const flow = flowTo(`http://127.0.0.1:${port}/`);
  const readFile = (): Promise<Uint8Array> => Promise.reject(new Error('there are no files'));
  const opened = await openFlow(flow, { readFile, rowsOf: () => ({ count: 0, row: (i) => i }) });
  const compiled = await compileFlow(opened, {
    origins,
    userAgent: 'rehearsal',
    recordOf: (label) => recorder.recordOf(label),
    readFile,
  });
  const shard = shardOf(flow);
  const load = new Load({ shard, flows: shard.executions.map(() => compiled), recorder, gracefulStopMs: 0 });
  await load.run({ startAtMs: performance.now() - PASSED_SECONDS * 1_000, goAtMs: 0, createWaker });
  server.close();
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

function flowTo(url: string): Flow {
  return {
    name: 'rehearsal',
    defaultAddress: null,
    variables: {},
    properties: {},
    env: {},
    dataSources: [],
    http: httpSettingsDefault,
    tls: tlsSettingsDefault,
    steps: [
      {
        kind: 'request',
        label: 'rehearsal',
        method: 'GET',
        url,
        headers: [],
        body: null,
        query: [],
        contentEncoding: null,
        thinkTime: { kind: 'constant', seconds: 0 },
        timeoutSeconds: SECONDS_MAX,
        followRedirects: true,
        keepAlive: true,
        randomSourceIp: false,
        assertions: [],
        extractors: [],
      },
    ],
  };
}

/** Both models at once. */
function shardOf(flow: Flow): Shard {
  const userIndex = (i: number): number => i;
  const users = [
    { seconds: PASSED_SECONDS, from: 0, to: 0 },
    { seconds: SECONDS_MAX, from: CLOSED_USERS, to: CLOSED_USERS },
  ];
  const common = { flow, userIndex, beginSeconds: () => 0, rowsOf: () => ({ count: 0, row: userIndex }) };
  return {
    executions: [
      {
        model: 'closed',
        users: CLOSED_USERS,
        userChanges: () => new UserChanges(users, { count: CLOSED_USERS, number: userIndex }),
        ...common,
        iterationsPerUser: CLOSED_ITERATIONS,
        endSeconds: PASSED_SECONDS + SECONDS_MAX,
      },
      {
        model: 'open',
        startUnit: 'requests',
        usersMax: CLOSED_USERS,
        userChanges: () => null,
        ...common,
        starts: OPEN_STARTS,
        startSeconds: (i) => PASSED_SECONDS + i / OPEN_STARTS_PER_SECOND,
        startIndex: (i) => i,
        iterationsPerUser: null,
        endSeconds: PASSED_SECONDS + OPEN_STARTS / OPEN_STARTS_PER_SECOND,
      },
    ],
  };
}
