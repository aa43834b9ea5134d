/** The console's MQTT client as browsers run it, under the console's own policy, against what IoT Core looks like from there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import type { IoTCustomAuthorizerEvent } from 'aws-lambda';
import { build } from 'esbuild';
import { Hono } from 'hono';
import { expect, it, vi } from 'vitest';
import { createIotLiveChannel } from '../../server/adapters/aws/iot/iot-live-channel.ts';
import { startIotCore } from '../../server/adapters/aws/testing/iot-core.ts';
import type { ApiEnvironment } from '../../server/http/api.ts';
import { readConsoleFiles, serveConsole } from '../../server/http/console/console-files.ts';
import { listen } from '../../server/http/listen.ts';
import { needs } from '../../tools/needs.ts';
import { launchChromium, newContext, TEST_MS_MAX } from './fixtures/chromium.ts';

const openMqttFile = join(import.meta.dirname, '..', 'src', 'live', 'open-mqtt.ts');

/** A page that watches run-1 and shows what it gets. */
const program = (mqttUrl: string) => `
import { openMqtt } from ${JSON.stringify(openMqttFile)};
const show = (text) => { document.title = text; };
openMqtt(${JSON.stringify(mqttUrl)}, 'run-1', 'good', (payload) => show(new TextDecoder().decode(payload)))
  .then(() => show('connected'), (error) => show(String(error)));`;

async function serveProgram(script: string, connectTo: string) {
  const folder = await mkdtemp(join(tmpdir(), 'loadstar-live-'));
  const app = new Hono<ApiEnvironment>();
  try {
    await writeFile(join(folder, 'index.html'), '<!doctype html><script type="module" src="/live.js"></script>');
    const stdin = { contents: script, resolveDir: import.meta.dirname };
    const outfile = join(folder, 'live.js');
    await build({ stdin, outfile, bundle: true, format: 'esm', platform: 'browser', logLevel: 'silent' });
    app.use(serveConsole(await readConsoleFiles(folder), [connectTo]));
  } finally {
    await rm(folder, { recursive: true });
  }
  const config = { host: '127.0.0.1', port: 0, publicUrl: null, tls: null, trustedProxies: [] };
  return listen({ app, config, log: () => {} });
}

it('gets live data from IoT Core in a browser', { timeout: TEST_MS_MAX }, async (context) => {
  const executablePath = needs(context, 'chromium');
  const asked: IoTCustomAuthorizerEvent[] = [];
  const iot = await startIotCore({
    authorizerName: 'loadstar-live',
    async authorize(event) {
      asked.push(event);
      const Statement = [{ Effect: 'Allow', Action: ['iot:Connect', 'iot:Subscribe', 'iot:Receive'], Resource: '*' }];
      const seconds = { disconnectAfterInSeconds: 3_600, refreshAfterInSeconds: 3_600 };
      const policyDocuments = [{ Version: '2012-10-17', Statement }];
      return { isAuthenticated: true, principalId: 'viewer', ...seconds, policyDocuments };
    },
  });
  context.onTestFinished(() => iot.stop());
  const server = await serveProgram(program(iot.mqttUrl), iot.url.replace('http', 'ws'));
  context.onTestFinished(() => server.close(0));
  const browser = await launchChromium(executablePath);
  try {
    const page = await (await newContext(browser)).newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(server.url);
    await vi.waitFor(async () => expect([await page.title(), ...complaints]).toEqual(['connected']), 60_000);
    const client = new IoTDataPlaneClient({
      region: 'eu-west-1',
      endpoint: iot.url,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    await createIotLiveChannel({ client }).publish('run-1', 'eu-west-1', Buffer.from('told'));
    await vi.waitFor(async () => expect(await page.title()).toBe('told'), 60_000);
    const { mqtt } = asked[0]?.protocolData ?? {};
    expect([mqtt?.username, atob(mqtt?.password ?? '')]).toEqual(['jwt', 'good']);
    expect(mqtt?.clientId).toMatch(/^console-[a-z0-9-]{20,}$/);
  } finally {
    await browser.close();
  }
});
