/** Facts of the machine and the program, for the ready mark. */
import { readFileSync } from 'node:fs';
import { arch, cpus, hostname, platform, release, totalmem } from 'node:os';
import type { Ready } from '../core/run-folder/run-folder.ts';

/** What the ready mark says of this machine. */
export function hostFacts(): Ready['host'] {
  const processors = cpus();
  return {
    hostname: hostname(),
    platform: `${platform()} ${release()} ${arch()}`,
    cpuModel: processors[0]?.model.trim() ?? 'unknown',
    cpus: Math.max(1, processors.length),
    memoryBytes: totalmem(),
    nodeVersion: process.version,
  };
}

/** Version of the product that this worker belongs to. */
export function workerVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
