/** Secrets that scenarios name: their values are written, and read for tasks alone. */
import type { Actor } from '../../core/api/system.ts';

export interface SecretSummary {
  name: string;
  updatedAtMs: number;
  updatedBy: Actor;
}

/**
 * Values are encrypted wherever the store keeps them, each bound to its name. All calls may be made concurrently and from several processes;
 * what was written is there after a crash.
 */
export interface SecretStore {
  /** Replaces the one of that name. Throws `option_invalid` for a new one above `limits.secretsMax`. */
  put(secret: SecretSummary & { value: string }): Promise<void>;
  /** All, by name. */
  list(): Promise<SecretSummary[]>;
  /** The values of those that there are. Throws `store_failed` when one cannot be decrypted, without any of its bytes in the message. */
  read(names: readonly string[]): Promise<Map<string, string>>;
  /** Whether there was one. */
  delete(name: string): Promise<boolean>;
}
