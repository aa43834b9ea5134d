/** DynamoDB Local: Amazon's own, in memory. It checks requests, conditions and sizes as DynamoDB does; it neither throttles nor expires on time. */
import { join } from 'node:path';
import { type Emulator, startEmulator } from './emulator.ts';

export function startDynamoDbLocal(): Promise<Emulator> {
  return startEmulator('dynamodb-local', async ({ program, port }) => ({
    command: 'java',
    parameters: [
      '-Xmx384m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      `-Djava.library.path=${program}`,
      '-cp',
      join(program, '*'),
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
      '-inMemory',
      '-sharedDb',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
  }));
}
