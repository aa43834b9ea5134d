/** ElasticMQ: queues with SQS' interface, in memory, with real visibility, FIFO groups and dead-letter queues. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Emulator, startEmulator } from './emulator.ts';

export function startElasticMq(): Promise<Emulator> {
  return startEmulator('elasticmq', async ({ program, port, folder }) => {
    const configuration = join(folder, 'elasticmq.conf');
    await writeFile(
      configuration,
      `include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-port = ${port}, bind-hostname = "127.0.0.1", sqs-limits = strict }
rest-stats { enabled = false }
`,
    );
    return {
      command: 'java',
      parameters: [
        '-Xmx192m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        `-Dconfig.file=${configuration}`,
        '-cp',
        join(program, '*'),
        'org.elasticmq.server.Main',
      ],
    };
  });
}
