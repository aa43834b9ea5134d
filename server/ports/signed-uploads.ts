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
  /** Where it is put: at the control plane, or as the object `keyOfUpload` (`server/uploads/upload-keys.ts`), which then is to be completed. */
  urlOf(upload: Upload): Promise<UploadUrl>;
  /** What a URL of the control plane's own allows, by what it signs; null for nothing: another key, another text, or too late. */
  read(signed: string, nowMs: number): Upload | null;
}
