import { describeLiveChannel } from '../ports/live-channel.contract.ts';
import { serveLive } from './fixtures/serve-live.ts';

describeLiveChannel('MQTT broker in process', async () => {
  const served = await serveLive();
  return {
    channel: { publish: async (runId, region, payload) => served.broker.publish(runId, region, payload) },
    mqttUrl: served.url,
    token: 'viewer',
    close: () => served.close(),
  };
});
