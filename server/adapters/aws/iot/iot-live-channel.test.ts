import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMoto } from '../../../../tools/emulators/moto.ts';
import { useEmulator } from '../../../../tools/emulators/use-emulator.ts';
import { authorizeViewer } from '../../../main/aws/access/live-authorizer.ts';
import { actorOf } from '../../../ports/fixtures/sample-users.ts';
import { describeLiveChannel } from '../../../ports/live-channel.contract.ts';
import { type IotCore, startIotCore } from '../testing/iot-core.ts';
import { createIotLiveChannel } from './iot-live-channel.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const clientAt = (endpoint: string) => new IoTDataPlaneClient({ region: 'eu-west-1', endpoint, credentials });

/** With the authorizer of the deployment, which knows one token. */
const startIot = () =>
  startIotCore({
    authorizerName: 'loadstar-live',
    authorize: (event) =>
      authorizeViewer(
        {
          authenticate: async (token) =>
            token === 'good' ? { actor: actorOf('viewer'), expiresAtMs: null } : { refusal: 'unknown' },
          nowMs: Date.now,
          log: () => {},
        },
        event,
        'arn:aws:lambda:eu-west-1:123456789012:function:live-authorizer',
      ),
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
