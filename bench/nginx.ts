/** A server for benches that is not ours and not slow: nginx with one worker. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../tools/free-port.ts';
import { withOpenFiles } from './open-files.ts';
import { pinned } from './pinned.ts';

export interface BenchServer {
  url: string;
  stop(): Promise<void>;
}

export interface NginxOptions {
  /** Over HTTPS, with sessions that clients can resume, or without; null: over HTTP. */
  tls: 'tickets' | 'no-sessions' | null;
  /**
   * From a file, as most sites do it; default: from memory. A file costs the server two more system calls a request, to hold the head back until the file
   * is in the packet too. A client as fast as that finds the responses one by one, and is charged with asking for each.
   */
  answersFromFile?: boolean;
}

const certificates = join(import.meta.dirname, '../worker/native/testing/certificate');

/** Starts `program` on a free port of the loopback interface, on the given core where that can be chosen. */
export async function startNginx(
  program: string,
  core: number,
  { tls, answersFromFile = false }: NginxOptions = { tls: null },
): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-nginx-'));
  const port = await freePort();
  const page = answersFromFile ? `root ${folder}` : String.raw`return 200 'hello, world\n'`;
  writeFileSync(join(folder, 'hello'), 'hello, world\n');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr;
events { worker_connections 16384; }
http {
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000;
  client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  open_file_cache max=10; default_type text/html;
  # Nothing by which a copy could be kept: every request is to be sent.
  etag off; add_header Last-Modified "";
  server {
    location = /hello { ${page}; }
    location = /login { default_type application/json; return 200 '{"session": {"token": "dG9rZW4tMTIzNDU2Nzg5MA", "expires": 3600}, "user": {"id": 7}}'; }
    location = /items { default_type application/json; return 200 '{"items": [{"id": 1, "name": "tea"}, {"id": 2, "name": "milk"}], "total": 2}'; }
    location = /orders { default_type application/json; return 201 '{"order": {"id": 4711, "state": "new"}}'; }
    listen 127.0.0.1:${port} ${tls === null ? '' : 'ssl '}backlog=4096;
    ssl_certificate ${certificates}/server.pem; ssl_certificate_key ${certificates}/server-key.pem;
    ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache off; ssl_session_tickets ${tls === 'tickets' ? 'on' : 'off'};
  }
}
`,
  );
  const [command = program, ...args] = withOpenFiles(
    pinned(core, [program, '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']),
  );
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let attempt = 0; !(await answers(port)); attempt++) {
    if (attempt === 100 || child.exitCode !== null) {
      await stop();
      throw new Error('nginx does not answer');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url: `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}/hello`, stop };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
