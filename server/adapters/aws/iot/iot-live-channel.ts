/**
 * The live channel over AWS IoT Core: messages are handed to its data endpoint over HTTPS, and browsers get them over MQTT from it. QoS 0 and nothing retained,
 * as on a laptop. The client tries again what was throttled or failed on the way; a message that it cannot get rid of is lost.
 */
import { type IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { liveTopic } from '../../../../core/live/live-message.ts';
import type { LiveChannel } from '../../../ports/live-channel.ts';

export function createIotLiveChannel({ client }: { client: IoTDataPlaneClient }): LiveChannel {
  return {
    async publish(runId, region, payload, signal) {
      const topic = liveTopic(runId, region);
      await client.send(
        new PublishCommand({ topic, payload, qos: 0, contentType: 'application/octet-stream' }),
        signal === undefined ? {} : { abortSignal: signal },
      );
    },
  };
}
