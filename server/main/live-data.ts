/** Puts together live data: the windows that tasks print, made into messages, and the broker that viewers get them from. */
import type { Config } from '../config/load-config.ts';
import type { Authenticate } from '../http/authentication.ts';
import { addressKey, createRateLimiter } from '../http/rate-limit.ts';
import { LiveHub } from '../live/live-hub.ts';
import { LiveBroker } from '../live/mqtt-broker.ts';
import type { Log } from '../ports/log.ts';
import { mayWatchRun } from '../verbs/runs/may-watch-run.ts';
import type { LocalControlPlane } from './local.ts';

export async function openLiveData(options: {
  config: Pick<Config, 'rateLimits'>;
  local: LocalControlPlane;
  authenticate: Authenticate;
  log: Log;
}): Promise<LiveBroker> {
  const { config, local, authenticate, log } = options;
  const { ports } = local;
  const refusals = createRateLimiter(config.rateLimits.address, ports.nowMs);
  const hub = new LiveHub((...message) => broker.publish(...message), ports.nowMs);
  const broker = await LiveBroker.open({
    authenticate,
    noteRefusal: ({ address }) => refusals.take(addressKey(address)) === 0,
    mayWatch: (actor, runId) => mayWatchRun(ports, actor, { runId }),
    recent: (runId, region) => hub.recent(runId, region),
    nowMs: ports.nowMs,
    log,
  });
  local.followFor({
    isWatched: (runId) => broker.isWatched(runId),
    add: (run, window) => hub.add(run, window),
    flush: () => hub.flush(),
    end: (runId) => hub.end(runId),
  });
  return broker;
}
