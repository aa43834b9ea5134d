import type { RunFolderAccess } from '../../../ports/run-folder-access.ts';
import { createRunFolderAccess } from '../../../security/run-folder-access.ts';
import { once } from './once.ts';
import { publicUrl } from './public-url.ts';
import { signingKey } from './signing-key.ts';

/** The tokens by which tasks ask for access to their run's folder, and where they ask. */
export const runFolderAccess: () => Promise<RunFolderAccess> = once(async () =>
  createRunFolderAccess(await signingKey(), publicUrl),
);
