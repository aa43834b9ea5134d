/**
 * moto: imitates most services of AWS as far as their bookkeeping goes. What is there belongs to the process, per region and account; everything is
 * gone with it.
 */
import { type Emulator, startEmulator } from './emulator.ts';

export function startMoto(): Promise<Emulator> {
  return startEmulator('moto', async ({ program, port }) => ({
    command: program,
    parameters: ['-H', '127.0.0.1', '-p', String(port)],
    readyPath: '/moto-api/',
  }));
}
