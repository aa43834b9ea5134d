// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the rehearsal.
/**
 * A short load against a server inside this process, before the real one: so that the first second is measured with code as fast as that of all others.
 * Nothing goes to the target, and nothing of it is recorded. Texts that are filled in, extractors and assertions are rehearsed where the load has them.
 */
import { createServer, type Server } from 'node:net';
import type { Shard } from '../../core/plan/shard.ts';
import { UserChanges } from '../../core/plan/user-changes.ts';
import { httpSettingsDefault, tlsSettingsDefault } from '../../core/scenario/flow-defaults.ts';
import type { DataSource, Flow, RequestStep } from '../../core/scenario/scenario.ts';
import { type CompiledFlow, compileFlow } from './compile/compile-flow.ts';
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

const POST = 'P'.charCodeAt(0);
const postResponse =
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 39\r\n\r\n{"session": {"token": "abc"}, "n": 123}';

/** Of the load that will be made: something in it changes, or is looked into. */
export function hasMoreThanFixedRequests(flows: readonly CompiledFlow[]): boolean {
  return flows.some(({ program }) =>
    program.instructions.some(
      (each) =>
        each.op === 'request' &&
        (each.request.fixed === null || each.request.assertions.length > 0 || each.request.extractors.length > 0),
    ),
  );
}

/** Resolves when it is over; where no server can listen, at once. `isWhole`: with more than fixed requests. */
export async function rehearse(createWaker: CreateWaker, isWhole: boolean): Promise<void> {
  let answered = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      socket.write(bytes[0] === POST ? postResponse : (responses[answered++ % responses.length] ?? ''));
    });
  });
  const port = await listen(server);
  if (port === null) return;
  const origins = new Origins();
  const recorder = new Recorder(() => {});
  const url = `http://127.0.0.1:${port}/`;
  const readFile = (): Promise<Uint8Array> => Promise.resolve(Buffer.from(ROWS));
  const compile = async (flow: Flow): Promise<CompiledFlow> => {
    const opened = await openFlow(flow, { secrets: new Map(), readFile, rowsOf: (count) => ({ count, row: (i) => i }) });
    const recordOf = (label: string) => recorder.recordOf(label);
    return compileFlow(opened, { origins, userAgent: 'rehearsal', recordOf, readFile });
  };
  const plain = flowOf([fixedStep(url)]);
  const closed = isWhole ? { ...flowOf([fixedStep(url), changingStep(url)]), dataSources: [rows] } : plain;
  const flows = [await compile(closed), await compile(plain)];
  const load = new Load({ shard: shardOf(closed, plain), flows, recorder, gracefulStopMs: 0 });
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

const ROWS = 'name,password\nann,tea\nbob,milk\n';
const rows: DataSource = {
  path: 'rows.csv',
  delimiter: null,
  quoted: false,
  encoding: null,
  loop: true,
  randomOrder: false,
  variableNames: null,
  partition: 'copy',
};

function flowOf(steps: RequestStep[]): Flow {
  return {
    name: 'rehearsal',
    defaultAddress: null,
    variables: {},
    properties: {},
    env: {},
    dataSources: [],
    http: httpSettingsDefault,
    tls: tlsSettingsDefault,
    steps,
  };
}

function fixedStep(url: string): RequestStep {
  return {
    kind: 'request',
    label: 'rehearsal',
    method: 'GET',
    url,
    headers: [],
    query: [],
    contentEncoding: null,
    body: null,
    thinkTime: { kind: 'constant', seconds: 0 },
    timeoutSeconds: SECONDS_MAX,
    followRedirects: true,
    keepAlive: true,
    randomSourceIp: false,
    assertions: [],
    extractors: [],
  };
}

/** Filled in with a row of data and with what the last response held; its own response is looked into. */
function changingStep(url: string): RequestStep {
  return {
    ...fixedStep(url),
    method: 'POST',
    url: `${url}?of=\${name}`,
    headers: [['Authorization', 'Bearer ${token}']],
    body: { kind: 'text', text: '{"name": "${name}", "password": "${password}"}' },
    assertions: [
      { kind: 'contains', contains: ['token'], subject: 'body', regexp: true, not: false, assumeSuccess: false },
    ],
    extractors: [
      {
        kind: 'jsonpath',
        variable: 'token',
        jsonpath: '$.session.token',
        defaultValue: '',
        matchNo: 1,
        scope: 'main',
        fromVariable: null,
        concat: false,
      },
    ],
  };
}

/** Both models at once. */
function shardOf(closed: Flow, open: Flow): Shard {
  const userIndex = (i: number): number => i;
  const users = [
    { seconds: PASSED_SECONDS, from: 0, to: 0 },
    { seconds: SECONDS_MAX, from: CLOSED_USERS, to: CLOSED_USERS },
  ];
  const common = { userIndex, beginSeconds: () => 0, rowsOf: () => ({ count: 0, row: userIndex }) };
  return {
    executions: [
      {
        model: 'closed',
        flow: closed,
        users: CLOSED_USERS,
        userChanges: () => new UserChanges(users, { count: CLOSED_USERS, number: userIndex }),
        ...common,
        iterationsPerUser: CLOSED_ITERATIONS,
        endSeconds: PASSED_SECONDS + SECONDS_MAX,
      },
      {
        model: 'open',
        flow: open,
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
