/** URLs that let whoever has them get one thing, for a while: for what is too large for the API. */
import type { Actor } from '../../core/api/system.ts';

export interface Download {
  actor: Actor;
  what:
    | { kind: 'report'; runId: string }
    | { kind: 'artifact'; runId: string; path: string }
    | { kind: 'artifacts'; runId: string }
    | { kind: 'scenario-file'; scenarioId: string; path: string }
    | { kind: 'scenario-content'; scenarioId: string; sha256: string };
  expiresAtMs: number;
}

export interface SignedDownloads {
  /** Relative to the API's own, or absolute. */
  urlOf(download: Download): string;
  /** What a URL of this control plane's own allows; null when nothing: not signed, or too late. */
  read(signed: string, nowMs: number): Download | null;
}
