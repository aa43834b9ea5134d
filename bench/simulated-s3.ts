/** A bucket of S3 as far as the object store asks of it, in memory, which answers each request after a while. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAGE_KEYS = 1_000;

interface StoredObject {
  body: Uint8Array;
  etag: string;
  modified: Date;
}

export class SimulatedS3 {
  requests = 0;
  readonly #objects = new Map<string, StoredObject>();
  readonly #latencyMs: number;
  readonly #server: Server;

  constructor(latencyMs: number) {
    this.#latencyMs = latencyMs;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  put(key: string, body: Uint8Array): string {
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    this.#objects.set(key, { body, etag, modified: new Date() });
    return etag;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3');
    const [, , ...parts] = pathname.split('/');
    const key = decodeURIComponent(parts.join('/'));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    setTimeout(() => {
      if (request.method === 'PUT') this.#write(request, response, key, Buffer.concat(chunks));
      else if (key === '') this.#list(response, searchParams);
      else this.#read(response, key);
    }, this.#latencyMs);
  }

  #write({ headers }: IncomingMessage, response: ServerResponse, key: string, body: Buffer): void {
    const before = this.#objects.get(key);
    const isAbsent = headers['if-none-match'] === undefined || before === undefined;
    const matches = headers['if-match'] === undefined || headers['if-match'] === before?.etag;
    if (isAbsent && matches) response.writeHead(200, { etag: this.put(key, body) }).end();
    else fail(response, 412, 'PreconditionFailed');
  }

  #read(response: ServerResponse, key: string): void {
    const found = this.#objects.get(key);
    if (found === undefined) {
      fail(response, 404, 'NoSuchKey');
      return;
    }
    const { body, etag, modified } = found;
    response.writeHead(200, { etag, 'last-modified': modified.toUTCString(), 'content-length': body.length }).end(body);
  }

  #list(response: ServerResponse, query: URLSearchParams): void {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? '';
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
    const page = keys.slice(0, PAGE_KEYS);
    const contents = page.map((key) => {
      const { body, modified } = this.#objects.get(key)!;
      return `<Contents><Key>${key}</Key><LastModified>${modified.toISOString()}</LastModified><Size>${body.length}</Size></Contents>`;
    });
    const isTruncated = keys.length > page.length;
    const token = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    response
      .writeHead(200, { 'content-type': 'application/xml' })
      .end(
        `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${token}${contents.join('')}</ListBucketResult>`,
      );
  }
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
}
