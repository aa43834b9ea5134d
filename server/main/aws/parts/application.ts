/** The HTTP application with everything that it takes on AWS. */
import { z } from 'zod';
import { environmentVariables, readEnvironment } from '../../../adapters/aws/layout/environment.ts';
import { mqttUrlOf } from '../../../adapters/aws/layout/live.ts';
import { planSettings } from '../../../adapters/aws/layout/plan-settings.ts';
import type { Api } from '../../../http/api.ts';
import { createApp } from '../../../http/app.ts';
import { createAttemptGuard } from '../../../security/attempt-guard.ts';
import { readFoldedLive } from '../../../verbs/runs/folded-live.ts';
import type { PlanSettings } from '../../../verbs/start-run.ts';
import { chartImages } from './chart-images.ts';
import { downloads } from './downloads.ts';
import { driver } from './driver.ts';
import { refuseUnnamed } from './gateway-authentication.ts';
import { invitations } from './invitations.ts';
import { log } from './log.ts';
import { lookingLauncher } from './looking-launcher.ts';
import { objects } from './objects.ts';
import { once } from './once.ts';
import { publicUrl } from './public-url.ts';
import { queue } from './queue.ts';
import { runFolderAccess } from './run-folder-access.ts';
import { secrets } from './secrets.ts';
import { signInSettings } from './sign-in-settings.ts';
import { stores } from './stores.ts';
import { taskAccess } from './task-access.ts';
import { taskLogs } from './task-logs.ts';
import { taskOffers } from './task-offers.ts';
import { uploads } from './uploads.ts';
import { users } from './users.ts';

/**
 * API Gateway and the firewall in front of it keep the bounds of the deployment. These are those of one instance: ample, since behind CloudFront and NAT
 * gateways many share an address.
 */
const rateLimits = {
  token: { requestsPerSecond: 200, burst: 1_000 },
  address: { requestsPerSecond: 1_000, burst: 5_000 },
  run: { requestsPerSecond: 5_000, burst: 20_000 },
};

/** Made once: what it needs to know from elsewhere is asked for all at once. */
export const application: () => Promise<Api> = once(async () => {
  const [url, access, signedUploads] = await Promise.all([publicUrl(), runFolderAccess(), uploads()]);
  const { iotAuthorizer, iotHost, version } = readEnvironment(['version', 'iotHost', 'iotAuthorizer']);
  const kept = stores();
  const nowMs = Date.now;
  return createApp({
    ...kept,
    users: users(),
    invitations: invitations(),
    attempts: createAttemptGuard(nowMs),
    // The user pool sends what is to be sent.
    mail: null,
    keepsUsers: true,
    objects: objects(),
    secrets: secrets(),
    queue: queue(),
    driver: driver(),
    launcher: lookingLauncher(),
    taskLogs: taskLogs(),
    taskAccess: taskAccess(),
    taskOffers: taskOffers(),
    runFolderAccess: access,
    uploads: signedUploads,
    // Lambda hands an answer over when it is whole.
    collectsAnswers: true,
    downloads: downloads(),
    chartImages: chartImages(),
    // A process of its own is more than a Lambda has.
    trials: null,
    liveOf: (runId) => readFoldedLive({ objects: objects(), log }, runId),
    plan: plan(),
    authenticate: refuseUnnamed,
    signIn: signInSettings(),
    mqttAddress: mqttUrlOf(iotHost, iotAuthorizer),
    publicUrl: () => url,
    config: { trustedProxies: [], rateLimits },
    readinessChecks: {
      stores: () => kept.runs.list({ scenarioId: null, limit: 1, cursor: null }),
      objects: () => objects().get('readiness'),
    },
    version,
    nowMs,
    log,
  });
});

/** Throws an error that names the variable when it is no list. */
function plan(): PlanSettings {
  const { targetAllowList } = readEnvironment(['targetAllowList']);
  const addresses = z.array(z.string()).safeParse(jsonOf(targetAllowList));
  if (!addresses.success) throw new Error(`${environmentVariables.targetAllowList} is no list of addresses.`);
  return { ...planSettings, targetAllowList: addresses.data };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
