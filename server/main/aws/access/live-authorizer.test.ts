/** Events as IoT Core documents them, and what others might send. */
import type { IoTCustomAuthorizerEvent, IoTCustomAuthorizerResult } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../../../core/api/system.ts';
import type { Authenticated } from '../../../verbs/sign-in/authenticate.ts';
import { authorizeViewer, type LiveAuthorizerEvent } from './live-authorizer.ts';

const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:live-authorizer:7';
const NOW_MS = 1_800_000_000_000;
const TOKEN = 'aaaa.bbbb.cccc';
const actor: Actor = { kind: 'user', id: 'user-1', name: 'ada@example.com', role: 'viewer', tokenId: null };

const eventOf = (mqtt: Partial<IoTCustomAuthorizerEvent['protocolData']['mqtt']> = {}): IoTCustomAuthorizerEvent => ({
  signatureVerified: false,
  protocols: ['tls', 'http', 'mqtt'],
  protocolData: {
    tls: { serverName: 'abc-ats.iot.eu-west-1.amazonaws.com' },
    http: {
      headers: { host: 'abc-ats.iot.eu-west-1.amazonaws.com' },
      queryString: '?x-amz-customauthorizer-name=live',
    },
    mqtt: {
      username: 'jwt',
      password: Buffer.from(TOKEN).toString('base64'),
      clientId: 'mqttjs_0a1b2c3d',
      ...mqtt,
    },
  },
  connectionMetadata: { id: '1c1c0c4b-6e1f-4a1e-9d5c-1f3b0a7b8c9d' },
});

async function ask(
  event: LiveAuthorizerEvent,
  found: Authenticated | Error = { actor, expiresAtMs: NOW_MS + 3_600_000 },
) {
  const asked: string[] = [];
  const logged: unknown[] = [];
  const answer: IoTCustomAuthorizerResult = await authorizeViewer(
    {
      authenticate: async (token) => {
        asked.push(token);
        if (found instanceof Error) throw found;
        return found;
      },
      nowMs: () => NOW_MS,
      log: (...line) => void logged.push(line),
    },
    event,
    FUNCTION_ARN,
  );
  return { answer, asked, logged };
}

describe('the authorizer of live data', () => {
  it('lets a viewer connect as the one client, subscribe to runs and receive what they tell', async () => {
    const { answer, asked } = await ask(eventOf());
    expect(asked).toEqual([TOKEN]);
    const here = 'arn:aws:iot:eu-west-1:123456789012';
    expect(answer).toEqual({
      isAuthenticated: true,
      principalId: expect.stringMatching(/^[a-zA-Z0-9]{1,128}$/),
      disconnectAfterInSeconds: 3600,
      refreshAfterInSeconds: 300,
      policyDocuments: [
        {
          Version: '2012-10-17',
          Statement: [
            { Action: 'iot:Connect', Effect: 'Allow', Resource: `${here}:client/mqttjs_0a1b2c3d` },
            { Action: 'iot:Subscribe', Effect: 'Allow', Resource: `${here}:topicfilter/runs/*/live/*` },
            { Action: 'iot:Receive', Effect: 'Allow', Resource: `${here}:topic/runs/*/live/*` },
          ],
        },
      ],
    });
    expect(JSON.stringify(answer)).not.toContain('ada');
  });

  it('keeps to what IoT Core takes for the end of a connection', async () => {
    const endOf = async (expiresAtMs: number | null) =>
      (await ask(eventOf(), { actor, expiresAtMs })).answer.disconnectAfterInSeconds;
    expect(await endOf(null)).toBe(86_400);
    expect(await endOf(NOW_MS + 366 * 86_400_000)).toBe(86_400);
    expect(await endOf(NOW_MS + 1_000)).toBe(300);
  });

  it('knows the user name with the query that names the authorizer', async () => {
    const { answer } = await ask(eventOf({ username: 'jwt?x-amz-customauthorizer-name=live' }));
    expect(answer.isAuthenticated).toBe(true);
  });

  it.each<[string, LiveAuthorizerEvent]>([
    ['nothing of MQTT', { protocolData: {} }],
    ['nothing at all', {}],
    ['another user name', eventOf({ username: 'admin' })],
    ['no user name', eventOf({ username: '' })],
    ['a client that is a pattern', eventOf({ clientId: '*' })],
    ['a client with a way out of its resource', eventOf({ clientId: `x","topic/*` })],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IoT policies have variables of this form.
    ['a client that is a variable of policies', eventOf({ clientId: '${iot:ClientId}' })],
    ['no client', eventOf({ clientId: '' })],
    ['a client without end', eventOf({ clientId: 'a'.repeat(129) })],
    ['a password without end', eventOf({ password: 'a'.repeat(100_000) })],
  ])('refuses %s without asking', async (_what, event) => {
    const { answer, asked } = await ask(event);
    expect(asked).toEqual([]);
    expect(answer).toMatchObject({ isAuthenticated: false, policyDocuments: [] });
  });

  it('refuses tokens that count for nothing, and all when they cannot be looked at', async () => {
    expect((await ask(eventOf(), { refusal: 'gone' })).answer.isAuthenticated).toBe(false);
    const { answer, logged } = await ask(eventOf(), new Error('no keys'));
    expect(answer).toMatchObject({ isAuthenticated: false, policyDocuments: [] });
    expect(JSON.stringify(logged)).toContain('no keys');
    expect(JSON.stringify(logged)).not.toContain(TOKEN);
  });
});
