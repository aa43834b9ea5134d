import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { problemOf } from '../../core/api/problem.ts';
import { versionSchema } from '../../core/api/system.ts';
import { LoadstarError } from '../../core/errors.ts';
import { type AnsweringServer, type Asked, answerJson, startAnswering } from '../fixtures/answering-server.ts';
import { renderError } from '../terminal/render-error.ts';
import { createStyle } from '../terminal/style.ts';
import { createHttp } from './http.ts';
import { retrying } from './retry.ts';

const version = { name: 'loadstar', version: '1.2.3', node: '24.0.0', newer: 'field' };
const TOKEN = 'lst_secret';
const servers: AnsweringServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function connect(answer: (asked: Asked, response: ServerResponse) => void, path = '') {
  const server = await startAnswering(answer);
  servers.push(server);
  return { http: createHttp({ server: server.url + path, token: TOKEN }), server };
}

/** What a person would read of it. */
async function failureOf(promise: Promise<unknown>) {
  const error: LoadstarError = await promise.then(() => null).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(LoadstarError);
  const text = renderError(error, createStyle({ colours: false, unicode: true }));
  expect(text).not.toContain(TOKEN);
  return { code: error.code, exitCode: error.exitCode, text };
}

describe('an answer of success', () => {
  it('comes as it is, asked for with the token, below the path of the server', async () => {
    const { http, server } = await connect((_, response) => answerJson(response, version), '/behind/proxy');
    expect(await http.json(versionSchema, '/version', { query: { a: ['1', '2'], b: null, c: '&' } })).toEqual(version);
    const [asked] = server.asked;
    expect(asked?.url).toBe('/behind/proxy/api/version?a=1&a=2&c=%26');
    expect(asked?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it('is refused when it is not what the API answers', async () => {
    for (const body of ['<html>', '{}', '{"name":"nginx","version":"1","node":"1"}', '']) {
      const { http } = await connect((_, response) => response.end(body));
      const { code, exitCode } = await failureOf(http.json(versionSchema, '/version'));
      expect([body, code, exitCode]).toEqual([body, 'server_answer_invalid', 3]);
    }
  });
});

describe('a problem that the server answers', () => {
  it('is shown with its fields, its hint and the exit code of its code', async () => {
    const error = new LoadstarError('scenario_invalid', 'It is not valid.', {
      fields: [{ path: 'execution[0].hold-for', message: 'is no time\u001b[31m' }],
    });
    const { http } = await connect((_, response) => answerJson(response, problemOf(error, 'r1'), 422));
    const { code, exitCode, text } = await failureOf(http.json(versionSchema, '/version'));
    expect([code, exitCode]).toEqual(['scenario_invalid', 2]);
    expect(text).toMatch(/It is not valid[\s\S]*execution\[0\]\.hold-for: is no time\n[\s\S]*docs\/scenarios\.md/);
  });

  it('is shown also when only a newer server knows its code', async () => {
    const problem = {
      ...problemOf(new LoadstarError('conflict', 'Too new.'), 'r1'),
      code: 'quota_used_up',
      hint: 'Pay.',
    };
    const { http } = await connect((_, response) => answerJson(response, { ...problem, status: 402 }, 402));
    const { exitCode, text } = await failureOf(http.json(versionSchema, '/version'));
    expect(exitCode).toBe(2);
    expect(text).toMatch(/Too new\. \[quota_used_up\][\s\S]*Pay\./);
  });

  it('says how to log in when the token is wrong', async () => {
    const error = new LoadstarError('unauthenticated', 'No such token.');
    const { http } = await connect((_, response) => answerJson(response, problemOf(error, 'r1'), 401));
    const { exitCode, text } = await failureOf(http.json(versionSchema, '/version'));
    expect(exitCode).toBe(2);
    expect(text).toContain('loadstar login');
  });

  it('is worth another try when it says so', async () => {
    const { http, server } = await connect((_, response) => {
      if (server.asked.length > 1) return answerJson(response, version);
      response.setHeader('retry-after', '0');
      answerJson(response, problemOf(new LoadstarError('rate_limited', 'Slower.'), 'r1'), 429);
    });
    const troubles: string[] = [];
    const options = { giveUpAfterMs: 60_000, onTrouble: ({ message }: Error) => troubles.push(message) };
    expect(await retrying(() => http.json(versionSchema, '/version'), options)).toEqual(version);
    expect(troubles).toEqual(['Slower.']);
  });

  it('is not asked for again when that would not change it', async () => {
    const error = new LoadstarError('not_found', 'None.');
    const { http, server } = await connect((_, response) => answerJson(response, problemOf(error, 'r1'), 404));
    const options = { giveUpAfterMs: 60_000 };
    await expect(retrying(() => http.json(versionSchema, '/version'), options)).rejects.toThrow('None.');
    expect(server.asked).toHaveLength(1);
  });
});

describe('no answer', () => {
  it('names the server and why', async () => {
    const { http, server } = await connect((_, response) => response.destroy());
    expect((await failureOf(http.json(versionSchema, '/version'))).text).toMatch(`${server.url} cannot be reached`);
    await servers.pop()?.close();
    const { code, exitCode, text } = await failureOf(http.json(versionSchema, '/version'));
    expect([code, exitCode]).toEqual(['server_unreachable', 3]);
    expect(text).toMatch(/nothing listens there[\s\S]*LOADSTAR_SERVER/);
  });

  it('is waited for no longer than allowed', async () => {
    const { http } = await connect(() => {});
    const { text } = await failureOf(http.json(versionSchema, '/version', { timeoutMs: 50 }));
    expect(text).toContain('does not answer in time');
    expect((await failureOf(http.stream('/x', { timeoutMs: 50 }))).text).toContain('does not answer in time');
  });

  it('comes of a token that no header can hold, without showing it', async () => {
    const create = async () => createHttp({ server: 'http://127.0.0.1:1', token: `${TOKEN}\nx` });
    expect((await failureOf(create())).code).toBe('option_invalid');
  });
});

describe('a redirect', () => {
  it('is not followed', async () => {
    const other = await connect((_, response) => answerJson(response, version));
    const { http } = await connect((_, response) =>
      response.writeHead(307, { location: `${other.server.url}/x` }).end(),
    );
    const { code, text } = await failureOf(http.json(versionSchema, '/version'));
    expect(code).toBe('server_answer_invalid');
    expect(text).toContain('redirects to');
    expect(other.server.asked).toEqual([]);
  });

  it('of a download is followed once, without the token', async () => {
    const other = await connect(({ url }, response) => {
      if (url === '/again') response.writeHead(302, { location: '/large' }).end();
      else response.end('large');
    });
    const { http } = await connect(({ url }, response) => {
      const to = url.endsWith('/twice') ? '/again' : '/large';
      response.writeHead(302, { location: other.server.url + to }).end();
    });
    const body = await http.stream('/artifacts.zip', { isDownload: true });
    expect(await new Response(body).text()).toBe('large');
    expect(other.server.asked[0]?.headers.authorization).toBeUndefined();
    expect((await failureOf(http.stream('/twice', { isDownload: true }))).code).toBe('server_answer_invalid');
  });

  it('leads to no other kind of URL', async () => {
    const { http } = await connect((_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end());
    expect((await failureOf(http.stream('/x', { isDownload: true }))).code).toBe('server_answer_invalid');
  });
});

it('an upload to a URL of the server goes without the token', async () => {
  const other = await connect((_, response) => answerJson(response, {}, 201));
  const { http } = await connect(() => {});
  await http.putTo(`${other.server.url}/signed`, { 'content-type': 'x/y' }, Buffer.from('bytes'), 10_000);
  expect(other.server.asked).toMatchObject([{ method: 'PUT', url: '/signed', body: 'bytes' }]);
  expect(other.server.asked[0]?.headers.authorization).toBeUndefined();
});
