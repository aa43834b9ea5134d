/** The load that a scenario sets for Taurus; null: the script keeps its own. */
import type { Path, Problems } from '../input/problems.ts';
import type { TaurusMapping } from '../input/value.ts';
import type { TaurusExecutor, TaurusLoad } from '../taurus/taurus-scenario.ts';
import { type LoadRead, readAmount, readSteps } from './read-load.ts';

const LOAD_KEYWORDS = ['concurrency', 'throughput', 'ramp-up', 'hold-for', 'iterations', 'steps'] as const;

/** Whatever is wrong is in `problems`. */
export function readTaurusLoad(
  written: TaurusMapping,
  read: LoadRead,
  { executor, isScript }: { executor: TaurusExecutor; isScript: boolean },
  path: Path,
  problems: Problems,
): TaurusLoad | null {
  if (isScript && LOAD_KEYWORDS.every((keyword) => (written[keyword] ?? null) === null)) return null;
  const concurrency = readAmount(read, 'concurrency', path, problems);
  const throughput = readAmount(read, 'throughput', path, problems);
  const rampUpSeconds = read['ramp-up'] ?? 0;
  const holdForSeconds = read['hold-for'] ?? 0;
  const seconds = rampUpSeconds + holdForSeconds;
  const iterations = read.iterations === undefined || read.iterations === 0 ? null : read.iterations;
  const steps = readSteps(read.steps, rampUpSeconds, path, problems);
  refuseWhatToolsLack({ executor, isScript, throughput, steps, seconds, iterations }, path, problems);
  return {
    // A JMeter script has users of its own; elsewhere Taurus takes one.
    concurrency: concurrency ?? (isScript && executor === 'jmeter' ? null : 1),
    throughput,
    rampUpSeconds,
    steps,
    holdForSeconds,
    iterations: iterations ?? (seconds === 0 ? 1 : null),
  };
}

interface Wanted {
  executor: TaurusExecutor;
  isScript: boolean;
  throughput: number | null;
  steps: number | null;
  seconds: number;
  iterations: number | null;
}

function refuseWhatToolsLack(wanted: Wanted, path: Path, problems: Problems): void {
  const { executor, isScript, throughput, steps, seconds } = wanted;
  const refuse = (keyword: string, message: string) => problems.add([...path, keyword], message);
  if (throughput !== null && executor !== 'jmeter') {
    refuse('throughput', `Taurus cannot limit the requests of ${executor}: say it in the script`);
  } else if (throughput !== null && !isScript) {
    refuse('throughput', 'with requests the native engine keeps to it exactly: leave loadstar.engine out');
  } else if (throughput !== null && seconds === 0) {
    refuse('throughput', 'needs ramp-up or hold-for beside it, to say for how long');
  }
  if (steps !== null && executor !== 'jmeter') refuse('steps', `Taurus does not do it with ${executor}`);
  if (executor === 'locust' && seconds === 0) {
    refuse('hold-for', 'is missing: Taurus would end Locust after 10 s');
  }
}
