import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMoto } from '../../../../tools/emulators/moto.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { describeLiveChannel } from '../../../ports/live-channel.contract.ts';
import { viewerTopicFilters } from '../layout/live.ts';
import { type IotCore, startIotCore } from '../testing/iot-core.ts';
import { createIotLiveChannel } from './iot-live-channel.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const clientAt = (endpoint: string) => new IoTDataPlaneClient({ region: 'eu-west-1', endpoint, credentials });
const arn = 'arn:aws:iot:eu-west-1:123456789012:';

/** An authorizer with one token. */
const startIot = () =>
  startIotCore({
    authorizerName: 'loadstar-live',
    async authorize({ protocolData: { mqtt } }) {
      const token = Buffer.from(mqtt?.password ?? '', 'base64').toString();
      if (mqtt?.username !== 'jwt' || token !== 'good') return { isAuthenticated: false };
      const allow = (Action: string, resource: string) => ({ Effect: 'Allow', Action, Resource: arn + resource });
      const Statement = [
        allow('iot:Connect', 'client/*'),
        allow('iot:Subscribe', `topicfilter/${viewerTopicFilters}`),
        allow('iot:Receive', `topic/${viewerTopicFilters}`),
      ];
      return {
        isAuthenticated: true,
        principalId: 'viewer',
        disconnectAfterInSeconds: 3_600,
        refreshAfterInSeconds: 3_600,
        policyDocuments: [{ Version: '2012-10-17', Statement }],
      };
    },
  });

describeLiveChannel('IoT Core', async () => {
  const iot = await startIot();
  const client = clientAt(iot.url);
  return {
    channel: createIotLiveChannel({ client }),
    mqttUrl: iot.mqttUrl,
    token: 'good',
    async close() {
      client.destroy();
      await iot.stop();
    },
  };
});

describe('publishing to IoT Core', () => {
  let iot: IotCore;
  beforeEach(async () => {
    iot = await startIot();
  });
  afterEach(() => iot.stop());

  it('tries again what was throttled or failed on the way', async () => {
    iot.refusals.push(429, 500);
    await createIotLiveChannel({ client: clientAt(iot.url) }).publish('run-1', 'eu-west-1', Buffer.from('x'));
    expect(iot.published).toEqual([{ topic: 'runs/run-1/live/eu-west-1', bytes: 1 }]);
  });

  it('gives up a message at last, and at once when the time is over', async () => {
    const channel = createIotLiveChannel({ client: clientAt(iot.url) });
    iot.refusals.push(429, 429, 429);
    await expect(channel.publish('run-1', 'eu-west-1', Buffer.from('x'))).rejects.toThrow('Throttling');
    await expect(channel.publish('run-1', 'eu-west-1', Buffer.alloc(128 * 1024 + 1))).rejects.toThrow();
    const stopped = AbortSignal.abort(new Error('the time is over'));
    await expect(channel.publish('run-1', 'eu-west-1', Buffer.from('x'), stopped)).rejects.toThrow();
    expect(iot.published).toEqual([]);
  });
});

describe('moto', () => {
  const moto = useEmulator('moto', startMoto);
  it('takes what is published', async () => {
    const channel = createIotLiveChannel({ client: clientAt(moto.url) });
    await expect(channel.publish('run-1', 'eu-west-1', Buffer.from([1, 2, 3]))).resolves.toBeUndefined();
  });
});
