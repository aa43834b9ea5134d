/** Counts the runs of a scenario. Whoever calls has signed in: the gateway says who it is. */
import { DynamoDBClient, QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

const client = new DynamoDBClient({});

export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const { role } = JSON.parse(event.requestContext.authorizer?.actor ?? '{}');
  // The roles are viewer, editor and admin: what they may do here is this function's to say.
  if (role !== 'editor' && role !== 'admin') return answer(403, { detail: 'Editors may count runs.' });
  const scenarioId = event.pathParameters?.scenarioId ?? '';
  return answer(200, { scenarioId, runs: await countRuns(scenarioId) });
}

async function countRuns(scenarioId: string): Promise<number> {
  let runs = 0;
  let from: QueryCommandOutput['LastEvaluatedKey'];
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: process.env.RUNS_TABLE,
        IndexName: 'byScenario',
        KeyConditionExpression: 'scenarioId = :scenario',
        ExpressionAttributeValues: { ':scenario': { S: scenarioId } },
        Select: 'COUNT',
        ...(from !== undefined && { ExclusiveStartKey: from }),
      }),
    );
    runs += page.Count ?? 0;
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return runs;
}

function answer(statusCode: number, body: object): APIGatewayProxyResult {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
