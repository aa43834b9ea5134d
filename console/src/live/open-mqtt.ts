/** Connects to the broker. The library is loaded when the first run is watched. */
import type { LiveConnection } from './live-feed.ts';

const CONNECT_MS = 10_000;
/** A connection that says nothing for one and a half times as long is over. */
const KEEPALIVE_SECONDS = 30;

/** Subscribes to all regions of the run. Throws when it is refused or cannot be reached. */
export async function openMqtt(
  url: string,
  runId: string,
  token: string,
  onMessage: (payload: Uint8Array) => void,
): Promise<LiveConnection> {
  // What browsers get of it has no other export.
  const { default: mqtt } = await import('mqtt');
  // Connecting anew is up to the feed, which has a new token by then.
  const options = { username: 'jwt', password: token, reconnectPeriod: 0, connectTimeout: CONNECT_MS };
  // A broker ends a connection when another comes with its client id; what the library would make up is short enough to come twice.
  const clientId = `console-${[...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-')}`;
  // Its other timers are a worker made of a blob, which the page's policy forbids.
  const timers = { keepalive: KEEPALIVE_SECONDS, timerVariant: 'native' as const };
  const client = await mqtt.connectAsync(url, { ...options, clientId, ...timers }, false);
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  // Without it an error would be thrown at nobody; closing follows.
  client.on('error', () => {});
  client.on('message', (_topic, payload) => onMessage(payload));
  try {
    await client.subscribeAsync(`runs/${runId}/live/+`);
  } catch (error) {
    client.end(true);
    throw error;
  }
  return { closed, end: () => void client.end(true) };
}
