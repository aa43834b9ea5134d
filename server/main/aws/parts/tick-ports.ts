import type { TickPorts } from '../../../verbs/tick-run.ts';
import { launcher } from './launcher.ts';
import { log } from './log.ts';
import { objects } from './objects.ts';
import { once } from './once.ts';
import { runFolderAccess } from './run-folder-access.ts';
import { runFolderUrl } from './run-folder-url.ts';
import { runMetrics } from './run-metrics.ts';
import { stores } from './stores.ts';

/** All that a tick takes. */
export const tickPorts: () => Promise<TickPorts> = once(async () => {
  const { runs, taskResults } = stores();
  return {
    runs,
    taskResults,
    objects: objects(),
    launcher: launcher(),
    runMetrics: runMetrics(),
    runFolderUrl,
    runFolderAccess: await runFolderAccess(),
    nowMs: Date.now,
    log,
  };
});
