/** Scripts and archives of this machine on their way to a server, however large. */
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import type { ScenarioResource } from '../../core/api/scenarios.ts';
import type { CreateFromUpload } from '../../core/api/uploads.ts';
import { LoadstarError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { executorOfScript } from '../../core/taurus/document-for-script.ts';
import type { ApiClient } from '../client/api-client.ts';

export function isArchive(path: string): boolean {
  return /\.zip$/i.test(path);
}

/** Whether a scenario is made of it, rather than that it is one. */
export function isUploadable(path: string): boolean {
  return isArchive(path) || executorOfScript(path) !== null;
}

type Asked = Omit<CreateFromUpload, 'uploadId' | 'fileName'>;

/** Throws `scenario_unreadable` when it cannot be read, `body_too_large`, and what the server answers. */
export async function createFromFile(client: ApiClient, path: string, asked: Asked): Promise<ScenarioResource> {
  return client.createFromUpload({ ...asked, ...(await send(client, path)) });
}

/** Puts it in the place of the script that a scenario runs. */
export async function replaceByFile(
  client: ApiClient,
  scenarioId: string,
  path: string,
  asked: Pick<Asked, 'main'>,
): Promise<ScenarioResource> {
  return client.replaceScript(scenarioId, { ...asked, ...(await send(client, path)) });
}

async function send(client: ApiClient, path: string): Promise<{ uploadId: string; fileName: string }> {
  const body = await blobOf(path);
  if (body.size > limits.uploadBytesMax) {
    throw new LoadstarError('body_too_large', `${path} is ${body.size} bytes; ${limits.uploadBytesMax} are allowed.`);
  }
  return { uploadId: await client.upload(body), fileName: basename(path) };
}

async function blobOf(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path);
  } catch (cause) {
    throw new LoadstarError('scenario_unreadable', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
