/** URLs that let whoever has them put one object of a known size, for a while: for bodies that are too large for the API. */
import type { UploadUrl } from '../../core/api/scenarios.ts';
import type { Actor } from '../../core/api/system.ts';

export interface Upload {
  actor: Actor;
  to:
    | { kind: 'scenario-file'; scenarioId: string; path: string }
    /** A place of its own, for what a scenario will be made of. */
    | { kind: 'upload'; uploadId: string };
  sizeBytes: number;
  expiresAtMs: number;
}

export interface SignedUploads {
  urlOf(upload: Upload): UploadUrl;
}
