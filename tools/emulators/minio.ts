/** minio: S3 with its conditions, multipart uploads, presigned URLs and policies, and STS' AssumeRole at the same address. It keeps files in a folder of its own. */
import { type Emulator, emulatorCredentials, startEmulator } from './emulator.ts';

export function startMinio(): Promise<Emulator> {
  return startEmulator('minio', async ({ program, port, folder }) => ({
    command: program,
    parameters: ['server', folder, '--address', `127.0.0.1:${port}`, '--quiet'],
    environment: {
      MINIO_ROOT_USER: emulatorCredentials.accessKeyId,
      MINIO_ROOT_PASSWORD: emulatorCredentials.secretAccessKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
    readyPath: '/minio/health/live',
  }));
}
