/** Sends files where the API says, with their progress. */
import type { UploadUrl } from '../../../core/api/scenarios.ts';
import type { UploadResource } from '../../../core/api/uploads.ts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';

export interface UploadWatch {
  /** 0 to 1. */
  onProgress?(share: number): void;
  signal?: AbortSignal;
}

type SentUpload = Pick<UploadUrl, 'url' | 'method' | 'headers' | 'completeUrl'>;

/** Throws `ApiProblem`, a `DOMException` when it was given up. */
export async function putTo(upload: SentUpload, body: Blob, watch: UploadWatch = {}): Promise<void> {
  await send(upload, body, watch);
  if (upload.completeUrl === null) return;
  const answer = await fetch(upload.completeUrl, { method: 'POST', signal: watch.signal ?? null });
  if (!answer.ok) throw new ApiProblem(answer.status, toldIn(await answer.text()));
}

/** `fetch` does not tell how far an upload is. */
function send({ url, method, headers }: SentUpload, body: Blob, watch: UploadWatch): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => watch.onProgress?.(total === 0 ? 1 : loaded / total);
    request.onerror = () => reject(new TypeError('the upload broke off'));
    request.onabort = () => reject(new DOMException('The upload was given up.', 'AbortError'));
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new ApiProblem(request.status, toldIn(request.responseText)));
    };
    watch.signal?.addEventListener('abort', () => request.abort());
    request.send(body);
  });
}

/** Sends what a scenario will be made of; answers the upload's id. */
export async function sendUpload(api: ApiClient, file: Blob, watch: UploadWatch): Promise<string> {
  const { body } = await api.send<UploadResource>('POST', '/uploads', { body: { sizeBytes: file.size } });
  await putTo(body, file, watch);
  return body.id;
}

function toldIn(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}
