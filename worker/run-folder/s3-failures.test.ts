/** S3 and the API that gives credentials for it, when they misbehave: both are played by one server, which answers as the test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../clock.ts';
import { isTransient, withRetries } from './retries.ts';
import type { RunFolder } from './run-folder.ts';
import { openS3RunFolder, type S3RunFolderOptions } from './s3.ts';
import { PART_BYTES } from './s3-put.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  delete process.env.AWS_ENDPOINT_URL_S3;
});

type Answerer = (request: IncomingMessage, answer: ServerResponse) => void;

const HOUR_MS = 3_600_000;
const SECRETS = ['lsr_secret', 'secret-key', 'session-1', 'session-2'];

/** The nth answer with credentials of the session `session-<n>`, which hold for an hour. */
function giveAccess(n: number, lifeMs = HOUR_MS): Answerer {
  return (_request, answer) => {
    const nowMs = Date.now();
    const expiresAt = new Date(nowMs + lifeMs).toISOString();
    const credentials = { accessKeyId: 'ASIA', secretAccessKey: 'secret-key', sessionToken: `session-${n}`, expiresAt };
    answer.writeHead(200, { 'content-type': 'application/json', 'loadstar-time-ms': String(nowMs) });
    answer.end(JSON.stringify({ credentials, secrets: {} }));
  };
}

const s3Error = (status: number, code: string, headers = {}): Answerer => {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>why</Message></Error>`;
  return (_request, answer) =>
    void answer.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(body);
};
const s3Object: Answerer = (_request, answer) => void answer.writeHead(200, { etag: '"1"' }).end('content');

interface Played {
  folder: RunFolder;
  logged: string[];
  /** Sessions of the requests to S3, in their order, with how often access was asked for before. */
  asked: { s3: IncomingMessage[]; access: number };
}

async function play(
  parts: { s3?: Answerer; access?: (asked: number) => Answerer },
  options: Partial<S3RunFolderOptions> = {},
): Promise<Played> {
  const asked: Played['asked'] = { s3: [], access: 0 };
  const server = createServer((request, answer) => {
    if (request.url === '/api/run-folders/run-1/access') {
      asked.access++;
      return (parts.access ?? giveAccess)(asked.access)(request, answer);
    }
    asked.s3.push(request);
    return (parts.s3 ?? s3Object)(request, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/api/run-folders/run-1/access`;
  process.env.AWS_ENDPOINT_URL_S3 = `http://127.0.0.1:${port}`;
  const logged: string[] = [];
  const folder = openS3RunFolder({
    bucket: 'bucket',
    prefix: 'runs/run-1/',
    region: 'eu-west-1',
    url,
    token: 'lsr_secret',
    id: { region: 'eu', task: 1 },
    clock: systemClock,
    log: (...line) => void logged.push(JSON.stringify(line)),
    patienceMs: 0,
    ...options,
  });
  closing.push(async () => {
    await folder.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { folder, logged, asked };
}

/** A clock on which hours can pass at once. */
function movableClock(): Clock & { passedMs: number } {
  return {
    ...systemClock,
    passedMs: 0,
    monotonicMs() {
      return systemClock.monotonicMs() + this.passedMs;
    },
    sleep: async () => {},
  };
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    for (let each: unknown = error; each instanceof Error; each = each.cause) {
      for (const secret of SECRETS) expect(`${each.message} ${each.stack}`).not.toContain(secret);
    }
    expect(error).toMatchObject({ name: 'LoadstarError', code: 'store_failed' });
    return error as Error;
  }
  throw new Error('it did not fail');
}

const sessionsOf = ({ asked }: Played) => asked.s3.map(({ headers }) => headers['x-amz-security-token']);

describe('S3 that misbehaves', () => {
  it.each([
    [503, 'SlowDown', true],
    [500, 'InternalError', true],
    [400, 'RequestTimeout', true],
    [403, 'AccessDenied', false],
    [404, 'NoSuchBucket', false],
    [403, 'SignatureDoesNotMatch', false],
  ])('with %d %s: may do better later: %s', async (status, code, passes) => {
    const { folder } = await play({ s3: s3Error(status, code) });
    for (const fail of [() => folder.read('plan.json'), () => folder.write('ready/eu/1.json', Buffer.from('x'))]) {
      const error = await failureOf(fail());
      expect(error.message).toMatch(new RegExp(`in the run folder: S3 answered ${status}: ${code}: why`));
      expect(isTransient(error)).toBe(passes);
    }
  });

  it.each(['no answer', 'half an answer', 'a broken connection', 'no S3 at all'])(
    'gives up %s, which may pass',
    async (what) => {
      const { folder } = await play(
        {
          s3(_request, answer) {
            if (what === 'half an answer') answer.writeHead(200, { 'content-length': '100' }).write('half');
            if (what === 'a broken connection') answer.destroy();
            if (what === 'no S3 at all') answer.writeHead(502).end('<html>Bad gateway');
          },
        },
        // Credentials are given within this time too.
        what.endsWith('answer') ? { timeoutMs: 1_500 } : {},
      );
      const error = await failureOf(folder.read('plan.json'));
      expect(isTransient(error)).toBe(true);
      expect(error.message).toMatch(
        { 'a broken connection': /cannot be reached \(ECONNRESET\)/, 'no S3 at all': /answered 502/ }[what] ??
          /not answer in time/,
      );
    },
  );

  it('is not read when it says that it holds too much', async () => {
    const { folder } = await play({
      s3: (_request, answer) => void answer.writeHead(200, { 'content-length': '99999999999' }).write('x'),
    });
    expect((await failureOf(folder.read('files/a'))).message).toContain('larger than');
  });

  it('says that something is forbidden which is not there', async () => {
    const { folder } = await play({
      s3(request, answer) {
        if (!request.url?.includes('list-type=2')) return s3Error(403, 'AccessDenied')(request, answer);
        const isThere = request.url.includes('plan.json');
        const found = isThere ? '<Contents><Key>runs/run-1/plan.json</Key></Contents>' : '';
        answer
          .writeHead(200, { 'content-type': 'application/xml' })
          .end(`<ListBucketResult>${found}</ListBucketResult>`);
      },
    });
    expect(await folder.read('results/eu/1.xml')).toBeNull();
    expect((await failureOf(folder.read('plan.json'))).message).toContain('AccessDenied');
  });

  it('has another time than the task: the second try is signed by the time that it told', async () => {
    const aheadMs = 2 * HOUR_MS;
    const played = await play({
      s3(request, answer) {
        const date = String(request.headers['x-amz-date']).replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5');
        const isSkewed = Math.abs(Date.parse(date) - (Date.now() + aheadMs)) > 15 * 60_000;
        const headers = { date: new Date(Date.now() + aheadMs).toUTCString() };
        if (isSkewed) return s3Error(403, 'RequestTimeTooSkewed', headers)(request, answer);
        answer.writeHead(200, headers).end('content');
      },
    });
    const patient = withRetries(played.folder, { clock: { ...systemClock, sleep: async () => {} }, log: () => {} });
    expect(await patient.read('plan.json')).toEqual(Buffer.from('content'));
    expect(played.asked.s3).toHaveLength(2);
  });

  it('is asked only for orders that are new', async () => {
    const asked: unknown[] = [];
    let etag = '"1"';
    const { folder } = await play({
      s3(request, answer) {
        asked.push(request.headers['if-none-match']);
        if (request.headers['if-none-match'] === etag) answer.writeHead(304, { etag }).end();
        else answer.writeHead(200, { etag }).end(`orders ${etag}`);
      },
    });
    const read = async () => Buffer.from((await folder.read('control.json')) ?? []).toString();
    expect([await read(), await read()]).toEqual(['orders "1"', 'orders "1"']);
    etag = '"2"';
    expect([await read(), await read()]).toEqual(['orders "2"', 'orders "2"']);
    expect(asked).toEqual([undefined, '"1"', '"1"', '"2"']);
  });

  it('keeps nobody waiting who takes back the parts of a large object', async () => {
    const asked: string[] = [];
    const { folder } = await play({
      s3(request, answer) {
        asked.push(`${request.method}${request.url?.includes('uploads') ? ' to begin' : ''}`);
        if (request.method === 'PUT') return s3Error(403, 'AccessDenied')(request, answer);
        if (request.method === 'DELETE') return;
        answer.writeHead(200, { 'content-type': 'application/xml' });
        answer.end('<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>');
      },
    });
    const error = await failureOf(folder.write('results/eu/1.xml', Buffer.alloc(2 * PART_BYTES + 1)));
    expect(error.message).toContain('AccessDenied');
    expect(asked).toEqual(expect.arrayContaining(['POST to begin', 'DELETE']));
  });

  it('ends what is under way when it is closed', async () => {
    const arrived = Promise.withResolvers<void>();
    const { folder } = await play({ s3: () => arrived.resolve() });
    const reading = failureOf(folder.read('plan.json'));
    await arrived.promise;
    await folder.close();
    expect((await reading).message).toContain('the run folder is closed');
  });
});

describe('credentials', () => {
  it('are asked for once, however much is read at once', async () => {
    const played = await play({});
    await Promise.all(Array.from({ length: 20 }, (_, k) => played.folder.read(`files/${k}`)));
    expect(played.asked.access).toBe(1);
    expect(new Set(sessionsOf(played))).toEqual(new Set(['session-1']));
  });

  it('are renewed at half of their life, without anybody waiting for it', async () => {
    const clock = movableClock();
    const renewal = Promise.withResolvers<void>();
    const played = await play(
      {
        access: (n) => (request, answer) =>
          void (n === 1 ? Promise.resolve() : renewal.promise).then(() => giveAccess(n)(request, answer)),
      },
      { clock },
    );
    await played.folder.read('plan.json');
    clock.passedMs = 0.39 * HOUR_MS;
    await played.folder.read('plan.json');
    expect(played.asked.access).toBe(1);
    clock.passedMs = 0.51 * HOUR_MS;
    await played.folder.read('plan.json');
    expect(sessionsOf(played)).toEqual(['session-1', 'session-1', 'session-1']);
    renewal.resolve();
    await expect
      .poll(async () => {
        await played.folder.read('plan.json');
        return sessionsOf(played).at(-1);
      })
      .toBe('session-2');
    expect(played.asked.access).toBe(2);
  });

  it('are used for as long as they hold when they cannot be renewed, and asked for again', async () => {
    const clock = movableClock();
    const busy: Answerer = (_request, answer) => void answer.writeHead(503).end();
    const played = await play({ access: (n) => (n === 1 || n > 4 ? giveAccess(n) : busy) }, { clock });
    await played.folder.read('plan.json');
    for (const [failed, share] of [0.6, 0.7, 0.8].entries()) {
      clock.passedMs = share * HOUR_MS;
      await played.folder.read('plan.json');
      await expect.poll(() => played.logged.length).toBe(failed + 1);
    }
    expect(new Set(sessionsOf(played))).toEqual(new Set(['session-1']));
    expect(played.asked.access).toBe(4);
    clock.passedMs = 1.1 * HOUR_MS;
    await played.folder.read('plan.json');
    expect(sessionsOf(played).at(-1)).toBe('session-5');
  });

  it('are renewed again once they were given after a refusal', async () => {
    const clock = movableClock();
    const refused: Answerer = (_request, answer) =>
      void answer.writeHead(401, { 'content-type': 'application/problem+json' }).end('{"code":"unauthenticated"}');
    const played = await play({ access: (n) => (n === 2 ? refused : giveAccess(n)) }, { clock });
    const readAt = async (share: number) => {
      clock.passedMs = share * HOUR_MS;
      await played.folder.read('plan.json');
    };
    await readAt(0);
    await readAt(0.6);
    await expect.poll(() => played.logged.length).toBe(1);
    await readAt(0.8);
    expect(played.asked.access).toBe(2);
    await readAt(1.1);
    expect(sessionsOf(played).at(-1)).toBe('session-3');
    await readAt(1.7);
    await expect.poll(() => played.asked.access).toBe(4);
  });

  it('are taken anew when S3 calls them expired, and once only when it goes on so', async () => {
    const clock = movableClock();
    const played = await play(
      {
        s3(request, answer) {
          const isOld = request.headers['x-amz-security-token'] === 'session-1';
          return (isOld ? s3Error(400, 'ExpiredToken') : s3Object)(request, answer);
        },
      },
      { clock },
    );
    const patient = withRetries(played.folder, { clock: { ...clock, monotonicMs: () => 0 }, log: () => {} });
    // They are new: S3 would say the same of others.
    expect((await failureOf(patient.read('plan.json'))).message).toContain('ExpiredToken');
    expect(played.asked.access).toBe(1);
    clock.passedMs = 60_000;
    expect(await patient.read('plan.json')).toEqual(Buffer.from('content'));
    expect(played.asked.access).toBe(2);
  });

  it.each<[string, number, string, RegExp]>([
    ['the run has ended', 409, '{"code":"run_state_conflict","detail":"It has ended."}', /answered 409: It has ended/],
    ['the token is not that of the run', 401, '{"code":"unauthenticated","detail":"No."}', /answered 401: No/],
    ['something else answers', 200, '<html>Welcome</html>', /cannot be read/],
    [
      'half of it is missing',
      200,
      '{"credentials":{"accessKeyId":"ASIA","secretAccessKey":"secret-key"}}',
      /cannot be read/,
    ],
    ['it leads elsewhere', 307, '', /redirects are not followed/],
  ])('are not had when %s', async (_what, status, body, message) => {
    const headers = { 'content-type': 'application/problem+json', location: '/elsewhere' };
    const played = await play(
      { access: () => (_request, answer) => void answer.writeHead(status, headers).end(body) },
      {
        patienceMs: 60_000,
        clock: movableClock(),
      },
    );
    const error = await failureOf(played.folder.read('plan.json'));
    expect(error.message).toMatch(message);
    expect(isTransient(error)).toBe(false);
    expect([played.asked.access, played.asked.s3.length]).toEqual([1, 0]);
  });

  it('that have expired already are none', async () => {
    const played = await play({ access: (n) => giveAccess(n, -1) });
    expect((await failureOf(played.folder.read('plan.json'))).message).toContain('has expired already');
  });

  it('are asked for again while the API is busy, for as long as there is patience', async () => {
    const busy: Answerer = (_request, answer) => void answer.writeHead(429).end();
    const patient = { patienceMs: 60_000, clock: movableClock() };
    const played = await play({ access: (n) => (n < 4 ? busy : giveAccess(n)) }, patient);
    expect(await played.folder.read('plan.json')).toEqual(Buffer.from('content'));
    expect(played.asked.access).toBe(4);

    const never = await play({ access: () => busy });
    const error = await failureOf(never.folder.read('plan.json'));
    expect(error.message).toContain('answered 429');
    // Whoever reads needs not try again: that was done.
    expect(isTransient(error)).toBe(false);
  });
});
