/** The Lambda of retention as it is deployed, with moto behind it. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { emulatorCredentials, emulatorRegion } from '../../../tools/emulators/emulator.ts';
import { startMoto } from '../../../tools/emulators/moto.ts';
import { useEmulator } from '../../../tools/emulators/use-emulator.ts';
import { environmentVariables as names } from '../../adapters/aws/layout/environment.ts';
import { createBucket } from '../../adapters/aws/testing/create-bucket.ts';
import { createTables } from '../../adapters/aws/testing/create-tables.ts';
import { sampleRun } from '../../ports/fixtures/sample-rows.ts';
import { objects } from './parts/objects.ts';
import { stores } from './parts/stores.ts';
import { handler } from './retention.ts';

const DAY_MS = 24 * 3600 * 1000;
const context = {
  invokedFunctionArn: `arn:aws:lambda:${emulatorRegion}:123456789012:function:loadstar`,
  awsRequestId: '00000000-0000-4000-8000-000000000000',
} as Context;

describe('the Lambda of retention', () => {
  const moto = useEmulator('moto', startMoto);
  let client: DynamoDBClient;

  beforeAll(async () => {
    client = new DynamoDBClient({ endpoint: moto.url, region: emulatorRegion, credentials: emulatorCredentials });
    const tables = await createTables(client, 'retention');
    const { bucket, client: s3 } = await createBucket(moto.url, 'loadstar-retention');
    s3.destroy();
    vi.stubEnv('AWS_ENDPOINT_URL', moto.url);
    vi.stubEnv('AWS_REGION', emulatorRegion);
    vi.stubEnv('AWS_ACCESS_KEY_ID', emulatorCredentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', emulatorCredentials.secretAccessKey);
    vi.stubEnv(names.mainRegion, emulatorRegion);
    vi.stubEnv(names.scenariosTable, tables.scenarios);
    vi.stubEnv(names.runsTable, tables.runs);
    vi.stubEnv(names.taskResultsTable, tables.taskResults);
    vi.stubEnv(names.recordsTable, tables.records);
    vi.stubEnv(names.bucket, bucket);
    for (const [id, days] of [
      ['old', 31],
      ['middle', 8],
      ['young', 1],
    ] as const) {
      await stores().runs.create(sampleRun({ id, phase: 'complete', endedAtMs: Date.now() - days * DAY_MS }));
      await objects().put(`runs/${id}/plan.json`, Buffer.from('{}'));
      await objects().put(`runs/${id}/artifacts/eu/0/k6.log`, Buffer.from('a line'));
    }
    await stores().runs.create(sampleRun({ id: 'running', phase: 'running', createdAtMs: Date.now() - 40 * DAY_MS }));
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    client?.destroy();
  });

  const retain = (keepDays: string, keepArtifactsDays: string) => {
    vi.stubEnv(names.keepDays, keepDays);
    vi.stubEnv(names.keepArtifactsDays, keepArtifactsDays);
    return handler({}, context);
  };
  const runsLeft = async () => {
    const { items } = await stores().runs.list({ scenarioId: null, limit: 10, cursor: null });
    return items.map(({ id }) => id).toSorted();
  };
  const keysLeft = async () => (await objects().list('runs/')).map(({ key }) => key);

  it('deletes nothing where all is kept for ever', async () => {
    expect(await retain('forever', 'forever')).toEqual({ runs: 0, artifacts: 0 });
    expect(await runsLeft()).toEqual(['middle', 'old', 'running', 'young']);
  });

  it('deletes runs, and sooner their artifacts, that ended too long ago', async () => {
    expect(await retain('30', '7')).toEqual({ runs: 1, artifacts: 1 });
    expect(await runsLeft()).toEqual(['middle', 'running', 'young']);
    expect(await keysLeft()).toEqual([
      'runs/middle/plan.json',
      'runs/young/artifacts/eu/0/k6.log',
      'runs/young/plan.json',
    ]);
    const { items } = await stores().audit.list({ limit: 10, cursor: null });
    expect(items.map(({ action, actor, target }) => [actor.kind, action, target])).toContainEqual([
      'system',
      'run.delete',
      'old',
    ]);
    expect(await retain('30', '7')).toEqual({ runs: 0, artifacts: 0 });
  });
});
