/** Brings what tasks tell to those who watch the run. */

/** A message is at most so long: the least that any channel takes. */
export const LIVE_PAYLOAD_BYTES_MAX = 128 * 1024;

export interface LiveChannel {
  /**
   * To everybody who watches the run, or this region of it, now: by MQTT, to the topic of `core/live/live-message.ts`, as it is. Nobody gets it later, a viewer
   * who is too slow does not get it at all, and somebody may get it twice. Concurrent calls are fine. Throws when the channel did not take
   * it, after having tried again; what `signal` is aborted with, when it is.
   */
  publish(runId: string, region: string, payload: Uint8Array, signal?: AbortSignal): Promise<void>;
}
