/** The programs that installations call, and how to get them. */
import { execFileSync } from 'node:child_process';
import type { Requirement } from './recipe.ts';

export const python: Requirement = {
  title: 'Python 3.11 or newer, with venv',
  probe: ['python3', '-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'],
  remedy:
    'apt-get install python3 python3-venv (Debian, Ubuntu), dnf install python3 (Fedora), brew install python (macOS)',
};

export const java: Requirement = {
  title: 'Java 11 or newer',
  probe: ['java', '-version'],
  remedy: 'apt-get install openjdk-17-jre-headless (Debian, Ubuntu), brew install openjdk (macOS)',
};

export const maven: Requirement = {
  title: 'Maven, which fetches the jars',
  probe: ['mvn', '--version'],
  remedy:
    'apt-get install maven (Debian, Ubuntu), brew install maven (macOS); or unpack a release of JMeter and name its bin/jmeter by LOADSTAR_JMETER',
};

export const go: Requirement = {
  title: 'Go 1.24 or newer, which builds it',
  probe: ['go', 'version'],
  remedy:
    'install Go (go.dev/doc/install, brew install go), or k6 from its own packages (brew install k6): one on the PATH is found',
};

/** Whether a program answers well. Some are on the PATH and broken. */
export function answers([program, ...args]: Requirement['probe']): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
