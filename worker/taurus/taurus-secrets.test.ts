// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are references to secrets.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { needs } from '../../tools/needs.ts';
import { jmx, jmxRequest } from './testing/scripts.ts';
import { executionOf, readDelivered, startCountingServer, startTaurus } from './testing/taurus-run.ts';

const PATIENCE_MS = 120_000;
/** Full of what means something to JMeter, XML, property files and YAML. */
const KEY = 'pa$$w0rd, "a" & <b> ${c} \\ Ü=1: #';
const TOKEN = 'another-secret-of-ours';

describe('secrets of scripts', () => {
  it(
    'reach the target, and none of what is kept',
    async (context) => {
      for (const tool of ['bzt', 'java', 'jmeter', 'k6']) needs(context, tool);
      const server = await startCountingServer(context);
      const run = await startTaurus(context, {
        executions: [
          executionOf({ executor: 'jmeter', script: 'shop.jmx' }),
          executionOf({ executor: 'k6', script: 'shop.js', env: { TOKEN: '${secrets.TOKEN}' } }),
        ],
        files: {
          'shop.jmx': jmx(jmxRequest(server.port, '/?key=${__urlencode(${secrets.KEY})}', 'with ${secrets.KEY}'), {
            users: 1,
            loops: 10,
          }),
          'shop.js': `import http from 'k6/http';
export const options = { iterations: 10 };
export default function () { http.get(\`${server.url}/?token=\${__ENV.TOKEN}\`); }
`,
        },
        secrets: { KEY, TOKEN },
      });
      await run.go();
      expect(await run.tasks[0]?.ended).toEqual({ code: 0, signal: null });
      const { labels, total, artifacts } = readDelivered(run.folder);
      expect(total.requests).toBe(20);
      const sent = [...server.served.keys()].map((path) => new URLSearchParams(path.slice(2)));
      expect(sent.map((query) => query.get('key') ?? query.get('token')).sort()).toEqual([TOKEN, KEY].sort());
      expect([...labels.keys()].sort()).toEqual([`${server.url}/?token=[redacted]`, 'with [redacted]'].sort());
      expect(artifacts).toContain('kpi.jtl');

      const kept = await readdir(run.folder.root, { recursive: true, withFileTypes: true });
      for (const entry of kept.filter((one) => one.isFile() && !one.parentPath.includes('/files'))) {
        const path = join(entry.parentPath, entry.name);
        const bytes = await readFile(path);
        const text = (path.endsWith('.seg') ? zstdDecompressSync(bytes) : bytes).toString('utf8');
        for (const secret of [KEY, encodeURIComponent(KEY), TOKEN, 'pa$$w0rd']) {
          expect(text.includes(secret) ? `${path} holds ${secret}` : '').toBe('');
        }
      }
    },
    PATIENCE_MS,
  );
});
