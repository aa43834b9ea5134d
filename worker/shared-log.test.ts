import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findSharedLog } from './shared-log.ts';

/** As Fargate answers, as far as it matters. */
const metadata = {
  DockerId: 'cd189a933e5849daa93386466019ab50-2495160603',
  Name: 'worker',
  LogDriver: 'awslogs',
  LogOptions: {
    'awslogs-group': '/loadstar/tasks',
    'awslogs-region': 'eu-west-1',
    'awslogs-stream': 'task/worker/cd189a933e5849daa93386466019ab50',
  },
};

describe('the log that a task prints to', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());
  const log = vi.fn();

  async function find(answer: RequestListener) {
    server = createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    return findSharedLog('run-1', { ECS_CONTAINER_METADATA_URI_V4: `http://127.0.0.1:${port}/v4/x` }, log);
  }

  it('is its own, unless somebody says which run it is of', async () => {
    expect(await findSharedLog(null, { ECS_CONTAINER_METADATA_URI_V4: 'http://127.0.0.1:1' }, log)).toBeNull();
    expect(await findSharedLog('run-1', {}, log)).toEqual({ runId: 'run-1', stream: null });
  });

  it('has a stream for it on ECS', async () => {
    expect(await find((_request, response) => response.end(JSON.stringify(metadata)))).toEqual({
      runId: 'run-1',
      stream: 'task/worker/cd189a933e5849daa93386466019ab50',
    });
  });

  it.each<[string, RequestListener]>([
    ['of another driver', (_request, response) => response.end('{"LogDriver":"json-file"}')],
    ['that is no JSON', (_request, response) => response.end('<html>')],
    ['that breaks off', (_request, response) => response.destroy()],
    ['of an error', (_request, response) => response.writeHead(500).end('no')],
  ])('is found without its stream after an answer %s', async (_name, answer) => {
    log.mockClear();
    expect(await find(answer)).toEqual({ runId: 'run-1', stream: null });
    expect(log).toHaveBeenCalledTimes(1);
  });
});
