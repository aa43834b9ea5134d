/** The real following, merging and broker, in front of tasks that only print: what a viewer's WebSocket speaks with. */
import { createTaskLogFiles } from '../server/adapters/local/task-log-files.ts';
import type { WebSocketAcceptor } from '../server/http/listen.ts';
import { followRuns } from '../server/live/follow-runs.ts';
import { LiveHub } from '../server/live/live-hub.ts';
import { LiveBroker, MQTT_PATH } from '../server/live/mqtt-broker.ts';
import type { Ports } from '../server/ports/ports.ts';

export interface LiveServerParts {
  webSockets: WebSocketAcceptor;
  close(): Promise<void>;
}

/** `home`: below it each run has a folder of logs, as `createTaskLogFiles` reads them. Everybody may watch everything. */
export async function openLiveParts(runs: Ports['runs'], home: string): Promise<LiveServerParts> {
  const log = () => {};
  const hub = new LiveHub((...message) => broker.publish(...message), Date.now);
  const broker = await LiveBroker.open({
    authenticate: async () => ({ actor: { kind: 'local' }, expiresAtMs: null }),
    noteRefusal: () => true,
    mayWatch: async () => {},
    recent: (...region) => hub.recent(...region),
    nowMs: Date.now,
    log,
  });
  const followed = followRuns({ runs, taskLogs: createTaskLogFiles(home), log }, () => 0, {
    isWatched: (runId) => broker.isWatched(runId),
    add: (run, window) => hub.add(run, window),
    flush: () => hub.flush(),
    end: (runId) => hub.end(runId),
  });
  return {
    webSockets: { path: MQTT_PATH, accept: (...connection) => broker.accept(...connection) },
    async close() {
      await followed.stop();
      await broker.close();
    },
  };
}
