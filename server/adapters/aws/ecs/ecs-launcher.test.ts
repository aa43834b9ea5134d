import { afterAll } from 'vitest';
import type { Emulator } from '../../../../tools/emulators/emulator.ts';
import { startMoto } from '../../../../tools/emulators/moto.ts';
import { needs } from '../../../../tools/needs.ts';
import { launcherContract } from '../../../ports/launcher.contract.ts';
import { openEcsWorld } from './fixtures/ecs-world.ts';

let moto: Promise<Emulator> | null = null;
afterAll(async () => (await moto)?.stop());

launcherContract('Fargate', async (capacity, context) => {
  needs(context, 'moto');
  moto ??= startMoto();
  const world = await openEcsWorld((await moto).url, capacity);
  return {
    launcher: world.open(),
    reopen: async () => world.open(),
    runFolderUrl: world.runFolderUrl,
    starts: world.starts,
    close: world.close,
  };
});
