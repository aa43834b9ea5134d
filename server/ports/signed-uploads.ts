/** URLs that let whoever has them put one object of a known size, for a while: for bodies that are too large for the API. */
import type { UploadUrl } from '../../core/api/scenarios.ts';
import type { Actor } from '../../core/api/system.ts';

export interface Upload {
  actor: Actor;
  scenarioId: string;
  path: string;
  sizeBytes: number;
  expiresAtMs: number;
}

export interface SignedUploads {
  urlOf(upload: Upload): UploadUrl;
}
