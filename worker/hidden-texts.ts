/** What a task must show nobody: its token, and the run's secrets once it has them. */
import { type Mask, maskOf } from '../core/secrets/secret-mask.ts';

export class HiddenTexts {
  readonly #texts = new Set<string>();
  #mask: Mask | null = null;

  hide(texts: Iterable<string>): void {
    for (const text of texts) this.#texts.add(text);
    this.#mask = maskOf(this.#texts);
  }

  /** The text without them. */
  mask(text: string): string {
    return this.#mask === null ? text : this.#mask(text);
  }
}
