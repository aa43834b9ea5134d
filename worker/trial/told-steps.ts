/** Steps as they are told: all together no more than an answer takes. What is too much is left out, and said to be. */
import type { TrialBody, TrialStep } from '../../core/api/trials.ts';
import { limits } from '../../core/limits.ts';
import type { TrialOutput } from '../../core/trial/trial-lines.ts';

/** So that a page with all that it embeds leaves room for the steps behind it. */
const STEP_BYTES_MAX = limits.trialBytesMax / 4;

export class ToldSteps {
  count = 0;
  #tell: (output: TrialOutput) => void;
  #bytesLeft: number = limits.trialBytesMax;
  #hasLeftOut = false;

  constructor(tell: (output: TrialOutput) => void) {
    this.#tell = tell;
  }

  add(step: TrialStep): void {
    this.count++;
    const versions = [() => step, () => withoutEmbeddedBodies(step), () => bare(step)];
    for (const [index, version] of versions.entries()) {
      const shown = version();
      const bytes = Buffer.byteLength(JSON.stringify(shown));
      const isLast = index === versions.length - 1;
      if (!isLast && bytes > Math.min(this.#bytesLeft, STEP_BYTES_MAX)) continue;
      if (index > 0) this.#sayOnce();
      this.#bytesLeft -= bytes;
      this.#tell({ kind: 'step', step: shown });
      return;
    }
  }

  #sayOnce(): void {
    if (this.#hasLeftOut) return;
    this.#hasLeftOut = true;
    const message = `${limits.trialBytesMax} bytes are shown of a try, a quarter of them of one step: heads and bodies of some steps are left out`;
    this.#tell({ kind: 'log', level: 'warn', message });
  }
}

function withoutEmbeddedBodies(step: TrialStep): TrialStep {
  const subSteps = step.subSteps.map((subStep) => ({ ...subStep, responseBody: leftOut(subStep.responseBody) }));
  return { ...step, subSteps };
}

function leftOut(body: TrialBody | null): TrialBody | null {
  return body === null ? null : { ...body, text: null, isCut: false, problem: 'left out' };
}

function bare(step: TrialStep): TrialStep {
  const nothing = { requestHead: null, requestBody: null, responseHead: null, responseBody: null };
  return { ...step, ...nothing, assertions: [], variables: [], subSteps: [] };
}
