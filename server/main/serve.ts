/** The control plane as a server: the local one, with the API in front. */
import { join } from 'node:path';
import { type AdminToken, openAdminToken } from '../adapters/local/admin-token.ts';
import { openSigningKey } from '../adapters/local/signing-key.ts';
import type { Config } from '../config/load-config.ts';
import { createApp } from '../http/app.ts';
import { createAdminAuthentication } from '../http/authentication.ts';
import { type HttpServer, listen } from '../http/listen.ts';
import type { Log } from '../ports/log.ts';
import { createSignedDownloads } from '../security/signed-downloads.ts';
import { createLocalUploads } from '../security/upload-signature.ts';
import { type LocalControlPlane, openLocalControlPlane } from './local.ts';
import { pruneRegularly } from './prune-regularly.ts';

/** How long requests under way may take when it closes. */
const CLOSE_GRACE_MS = 2_000;

export interface ServeOptions {
  config: Config;
  /** Of Loadstar. */
  version: string;
  log: Log;
}

export interface ServedControlPlane {
  url: string;
  /** File that holds the administrator's token. */
  adminTokenPath: string;
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
    plan: { targetAllowList: config.targetAllowList },
    log,
  });
  try {
    const adminTokenPath = join(config.home, 'admin-token');
    const adminToken = await openAdminToken(adminTokenPath);
    const key = await openSigningKey(join(config.home, 'signing-key'));
    let url = '';
    const app = appOf({ ...options, local, adminToken, key, urlNow: () => url });
    const server = await listen({ app, config, log });
    url = server.url;
    served.resolve(url);
    const stopPruning = config.keepDays === null ? () => {} : pruneRegularly(local.ports, config.keepDays);
    return {
      url,
      adminTokenPath,
      isFirstStart: adminToken.isNew,
      warnings: [...server.warnings, ...exposureWarnings(adminToken, adminTokenPath)],
      local,
      close: () => close(server, local, stopPruning),
    };
  } catch (error) {
    await local.close();
    throw error;
  }
}

interface AppParts extends ServeOptions {
  local: LocalControlPlane;
  adminToken: AdminToken;
  /** What URLs are signed with. */
  key: Uint8Array;
  urlNow(): string;
}

function appOf({ adminToken, config, key, local, log, urlNow, version }: AppParts) {
  const { ports } = local;
  return createApp({
    ...ports,
    liveOf: (runId) => local.liveOf(runId),
    plan: { targetAllowList: config.targetAllowList },
    uploads: createLocalUploads(key, urlNow),
    downloads: createSignedDownloads(key),
    authenticate: createAdminAuthentication(adminToken.token),
    config,
    version,
    log,
    readinessChecks: {
      stores: () => ports.runs.list({ scenarioId: null, limit: 1, cursor: null }),
      objects: () => ports.objects.get('readiness'),
    },
  });
}

function exposureWarnings({ wasExposed }: AdminToken, path: string): string[] {
  return wasExposed
    ? [`Others could read the admin token until now. To get a new one, remove ${path} and start again.`]
    : [];
}

async function close(server: HttpServer, local: LocalControlPlane, stopPruning: () => void): Promise<void> {
  stopPruning();
  try {
    await server.close(CLOSE_GRACE_MS);
  } finally {
    await local.close();
  }
}
