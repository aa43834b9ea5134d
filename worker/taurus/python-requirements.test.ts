import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { needs } from '../../tools/needs.ts';
import { installRequirements } from './python-requirements.ts';
import { executionOf, readDelivered, startCountingServer, startTaurus } from './testing/taurus-run.ts';
import { createWorkFolder, removeWorkFolder, writeWorkFile } from './work-folder.ts';

const PATIENCE_MS = 120_000;
const load = { concurrency: 1, throughput: null, rampUpSeconds: 0, steps: null, holdForSeconds: 1, iterations: null };

/** A Python package as pip takes it: a zip file with what it says of itself. */
function wheel(name: string, source: string): { file: string; bytes: Buffer } {
  const info = `${name}-1.0.dist-info`;
  const files: [string, string][] = [
    [`${name}.py`, source],
    [`${info}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`],
    [`${info}/WHEEL`, 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n'],
  ];
  const hash = (text: string) => createHash('sha256').update(text).digest('base64url');
  const record = files.map(([path, text]) => `${path},sha256=${hash(text)},${text.length}\n`).join('');
  return {
    file: `${name}-1.0-py3-none-any.whl`,
    bytes: zip([...files, [`${info}/RECORD`, `${record}${info}/RECORD,,\n`]]),
  };
}

/** Stored, not packed. */
function zip(files: readonly [string, string][]): Buffer {
  const local: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const [path, text] of files) {
    const [name, content] = [Buffer.from(path), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(4);
    place.writeUInt32LE(at);
    local.push(Buffer.from('PK\x03\x04'), common, name, content);
    list.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, Buffer.alloc(10), place, name);
    at += 4 + common.length + name.length + content.length;
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end]);
}

describe('the requirements of a Locust script', () => {
  it(
    'are there when it runs',
    async (context) => {
      needs(context, 'bzt');
      const wheels = await mkdtemp(join(tmpdir(), 'loadstar-wheels-'));
      context.onTestFinished(() => rm(wheels, { recursive: true }));
      const { bytes, file } = wheel('paths_of_shop', "def home(): return '/from-a-package'\n");
      await writeFile(join(wheels, file), bytes);
      const server = await startCountingServer(context);
      const run = await startTaurus(context, {
        executions: [executionOf({ executor: 'locust', script: 'tests/shop.py', load })],
        files: {
          'tests/requirements.txt': `--no-index\n--find-links ${wheels}\npaths-of-shop==1.0\n`,
          'tests/shop.py': `from locust import HttpUser, task, constant
import paths_of_shop
class Buyer(HttpUser):
    host = '${server.url}'
    wait_time = constant(0.05)
    @task
    def home(self):
        self.client.get(paths_of_shop.home())
`,
        },
      });
      await run.go();
      expect(await run.tasks[0]?.ended).toEqual({ code: 0, signal: null });
      const { artifacts, labels } = readDelivered(run.folder);
      expect([...labels.keys()]).toEqual(['/from-a-package']);
      expect(server.served.get('/from-a-package')).toBe(labels.get('/from-a-package')?.requests);
      expect(artifacts.filter((path) => path.includes('paths_of_shop'))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'end the task with what pip said when they cannot be had',
    async (context) => {
      const python = needs(context, 'bzt');
      const folder = await createWorkFolder();
      context.onTestFinished(() => removeWorkFolder(folder));
      const options = { python, scripts: ['shop.py'], environment: process.env, signal: new AbortController().signal };
      expect(await installRequirements(folder, options)).toBeNull();
      await mkdir(folder.files, { recursive: true });
      await writeWorkFile(folder, 'requirements.txt', '--no-index\nno-such-package-of-ours==1\n');
      await expect(installRequirements(folder, options)).rejects.toMatchObject({
        code: 'task_failed',
        message: expect.stringContaining('No matching distribution found for no-such-package-of-ours==1'),
      });
      const stopped = { ...options, signal: AbortSignal.abort() };
      expect(await installRequirements(folder, stopped)).not.toBeNull();
    },
    PATIENCE_MS,
  );
});
