/** The control plane as a server: the local one, with the API in front. */
import { join } from 'node:path';
import type { SignInLinkResource } from '../../core/api/identity.ts';
import { createDrawnCharts } from '../adapters/drawn-charts/drawn-charts.ts';
import { openSigningKey } from '../adapters/local/signing-key.ts';
import type { Config } from '../config/load-config.ts';
import type { ApiMiddleware } from '../http/api.ts';
import { createApp } from '../http/app.ts';
import { readConsoleFiles, serveConsole } from '../http/console/console-files.ts';
import { type HttpServer, listen, type WebSocketAcceptor } from '../http/listen.ts';
import { registerSignInRoutes } from '../http/sign-in/sign-in-routes.ts';
import { type LiveBroker, MQTT_PATH } from '../live/mqtt-broker.ts';
import type { Log } from '../ports/log.ts';
import { createSignedDownloads } from '../security/signed-downloads.ts';
import { createLocalUploads } from '../security/upload-signature.ts';
import { environmentSecrets } from './environment-secrets.ts';
import { openLiveData } from './live-data.ts';
import { type LocalControlPlane, openLocalControlPlane } from './local.ts';
import { createLocalTrials } from './local-trials.ts';
import { pruneRegularly } from './prune-regularly.ts';
import { openSignIn, type SignInParts } from './sign-in.ts';

/** How long requests under way may take when it closes. */
const CLOSE_GRACE_MS = 2_000;

export interface ServeOptions {
  config: Config;
  /** Of Loadstar. */
  version: string;
  /** Where the console's built files lie; without it, it is not given out. */
  consoleFolder?: string;
  /** Absolute path of the folder with the tools that tasks drive; default: they look for it themselves. */
  enginesFolder?: string;
  log: Log;
}

export interface ServedControlPlane {
  url: string;
  /** By which the first administrator comes in, for whoever sees the start; null when there is one already. */
  invitation: SignInLinkResource | null;
  /** Nobody has used its data directory before. */
  isFirstStart: boolean;
  /** What its operator should know, for people. */
  warnings: string[];
  local: LocalControlPlane;
  /** Takes no more requests, and lets go of its data. Tasks go on without it, as long as their lease lasts. */
  close(): Promise<void>;
}

/** Throws `home_in_use`, `store_failed`, `listen_failed`, `config_invalid`; what it had opened is closed then. */
export async function serveControlPlane(options: ServeOptions): Promise<ServedControlPlane> {
  const { config, log } = options;
  const served = Promise.withResolvers<string>();
  const local = await openLocalControlPlane({
    home: config.home,
    regions: config.regions,
    tasksUser: config.tasksUser,
    publicUrl: () => served.promise,
    plan: { targetAllowList: config.targetAllowList, scriptsBesideAllowList: config.scriptsBesideAllowList },
    ...(options.enginesFolder === undefined ? {} : { enginesFolder: options.enginesFolder }),
    secrets: environmentSecrets(process.env),
    log,
  });
  let signIn: SignInParts | null = null;
  let server: HttpServer | null = null;
  let live: LiveBroker | null = null;
  try {
    const key = await openSigningKey(join(config.home, 'signing-key'));
    let url = '';
    const urlNow = () => url;
    signIn = await openSignIn({ config, ports: local.ports, log, publicUrl: urlNow });
    const app = appOf({ ...options, local, key, signIn, urlNow, console: await openConsole(options) });
    live = await openLiveData({ config, local, authenticate: signIn.authenticate, log });
    const broker = live;
    const webSockets: WebSocketAcceptor = { path: MQTT_PATH, accept: (...connection) => broker.accept(...connection) };
    server = await listen({ app, config, log, webSockets });
    url = server.url;
    const { isFirstStart, link, warnings } = await signIn.begin({ port: server.port });
    served.resolve(url);
    const { keepArtifactsDays, keepBytes, keepDays } = config;
    const stopPruning = pruneRegularly(local.ports, { keepArtifactsDays, keepBytes, keepDays });
    const opened = { server, signIn, local, live, stopPruning };
    return {
      url,
      invitation: link,
      isFirstStart,
      warnings: [...server.warnings, ...warnings],
      local,
      close: () => close(opened),
    };
  } catch (error) {
    await live?.close();
    await server?.close(0);
    await signIn?.close();
    await local.close();
    throw error;
  }
}

interface AppParts extends ServeOptions {
  local: LocalControlPlane;
  signIn: SignInParts;
  /** What URLs are signed with. */
  key: Uint8Array;
  urlNow(): string;
  console: ApiMiddleware | null;
}

async function openConsole({ config, consoleFolder }: ServeOptions): Promise<ApiMiddleware | null> {
  if (consoleFolder === undefined) return null;
  const issuer = config.signIn?.issuer ?? null;
  return serveConsole(await readConsoleFiles(consoleFolder), issuer === null ? [] : [new URL(issuer).origin]);
}

function appOf({ config, console, key, local, log, signIn, urlNow, version }: AppParts) {
  const { ports } = local;
  return createApp({
    ...ports,
    liveOf: (runId) => local.liveOf(runId),
    plan: { targetAllowList: config.targetAllowList, scriptsBesideAllowList: config.scriptsBesideAllowList },
    uploads: createLocalUploads(key, urlNow),
    downloads: createSignedDownloads(key),
    trials: createLocalTrials({ tasksUser: config.tasksUser }),
    chartImages: createDrawnCharts(),
    ...signIn.deps,
    pages: (pages) => registerSignInRoutes(pages, signIn.deps),
    mqttAddress: MQTT_PATH,
    ...(console === null ? {} : { console }),
    authenticate: signIn.authenticate,
    config,
    version,
    log,
    readinessChecks: {
      stores: () => ports.runs.list({ scenarioId: null, limit: 1, cursor: null }),
      objects: () => ports.objects.get('readiness'),
    },
  });
}

interface Opened {
  server: HttpServer;
  signIn: SignInParts;
  local: LocalControlPlane;
  live: LiveBroker;
  stopPruning(): void;
}

async function close({ server, signIn, local, live, stopPruning }: Opened): Promise<void> {
  stopPruning();
  try {
    await live.close();
    await server.close(CLOSE_GRACE_MS);
  } finally {
    await signIn.close();
    await local.close();
  }
}
