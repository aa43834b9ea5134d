/** URLs that let whoever has them get one thing, for a while: for what is too large for the API. */
import type { Actor } from '../../core/api/system.ts';
import type { BytesPart } from './object-store.ts';

export interface Download {
  actor: Actor;
  what:
    | { kind: 'report'; runId: string }
    | { kind: 'artifact'; runId: string; path: string }
    | { kind: 'artifacts'; runId: string }
    | { kind: 'page'; runId: string }
    | { kind: 'scenario-file'; scenarioId: string; path: string }
    | { kind: 'scenario-content'; scenarioId: string; sha256: string };
  expiresAtMs: number;
}

export interface DownloadContent {
  /** What it is called when it is saved; parts before a slash are left out. */
  name: string;
  /** Media type; default: of what the name tells, and runs nothing in a browser. */
  type?: string;
  /** How much it may be. */
  sizeBytes: number;
  /** A part is asked for only when `sizeBytes` is exact. */
  chunks(part?: BytesPart): AsyncGenerator<Uint8Array>;
  /** The answer is as long as `sizeBytes`; default: it is. */
  isSizeExact?: boolean;
  /** Of the object that it is. Absent: it is made as it is read. */
  key?: string;
}

export interface SignedDownloads {
  /**
   * Relative to the API's own, or absolute. What is made as it is read may be made for it. Throws `body_too_large` when that takes longer than there is
   * time for.
   */
  urlOf(download: Download, content: DownloadContent): Promise<string>;
  /** What a URL of this control plane's own allows; null when nothing: not signed, or too late. */
  read(signed: string, nowMs: number): Download | null;
}
