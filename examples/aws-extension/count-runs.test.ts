import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { createTables } from '../../server/adapters/aws/testing/create-tables.ts';
import { startDynamoDbLocal } from '../../tools/emulators/dynamodb-local.ts';
import { emulatorCredentials, emulatorRegion } from '../../tools/emulators/emulator.ts';
import { useEmulator } from '../../tools/emulators/use-emulator.ts';

/** As API Gateway hands it over, as far as it is looked at. */
function requestOf(role: string | null, scenarioId: string): APIGatewayProxyEvent {
  const authorizer =
    role === null ? undefined : { actor: JSON.stringify({ kind: 'user', id: 'ada', name: 'Ada', role }) };
  return { pathParameters: { scenarioId }, requestContext: { authorizer } } as unknown as APIGatewayProxyEvent;
}

describe('the extension that counts runs', () => {
  const dynamo = useEmulator('dynamodb-local', startDynamoDbLocal);

  it('counts those of the scenario, for editors', async () => {
    const client = new DynamoDBClient({
      endpoint: dynamo.url,
      region: emulatorRegion,
      credentials: emulatorCredentials,
    });
    const { runs } = await createTables(client, 'extension');
    for (const [id, scenarioId] of Object.entries({ one: 'shop', two: 'shop', three: 'blog' })) {
      const Item = { id: { S: id }, scenarioId: { S: scenarioId }, position: { S: id } };
      await client.send(new PutItemCommand({ TableName: runs, Item }));
    }
    vi.stubEnv('RUNS_TABLE', runs);
    vi.stubEnv('AWS_REGION', emulatorRegion);
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.url);
    vi.stubEnv('AWS_ACCESS_KEY_ID', emulatorCredentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', emulatorCredentials.secretAccessKey);
    const { handler } = await import('./count-runs.ts');
    const counted = await handler(requestOf('editor', 'shop'));
    expect([counted.statusCode, JSON.parse(counted.body)]).toEqual([200, { scenarioId: 'shop', runs: 2 }]);
    for (const role of ['viewer', null])
      expect(await handler(requestOf(role, 'shop'))).toMatchObject({ statusCode: 403 });
    vi.unstubAllEnvs();
  });
});
