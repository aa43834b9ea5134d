import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApiClient } from './api-client.ts';
import { ApiProblem, describeError, NoAnswer } from './api-problem.ts';

afterEach(() => void vi.unstubAllGlobals());

const clientWith = (token: string | null, onSignedOut = () => {}) =>
  createApiClient('http://api.test/api', { accessToken: async () => token } as never, onSignedOut);

describe('what the API cannot be asked', () => {
  it('is because nobody answers, and not because of a mistake of ours', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch');
    });
    const error = await clientWith('t')
      .get('/runs')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NoAnswer);
    expect(describeError(error).title).toBe('The control plane does not answer.');
    expect(describeError(new TypeError('x is undefined')).title).toBe('x is undefined');
  });

  it('is called off as such', async () => {
    vi.stubGlobal('fetch', async (_url: string, { signal }: RequestInit) => signal?.throwIfAborted());
    const reading = clientWith('t').get('/runs', {}, AbortSignal.abort());
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is said to whoever signs in again when the session is over', async () => {
    const onSignedOut = vi.fn();
    await expect(clientWith(null, onSignedOut).get('/runs')).rejects.toBeInstanceOf(ApiProblem);
    vi.stubGlobal('fetch', async () => new Response(null, { status: 401 }));
    await expect(clientWith('t', onSignedOut).get('/runs')).rejects.toMatchObject({ status: 401 });
    expect(onSignedOut).toHaveBeenCalledTimes(2);
  });
});
