/**
 * Puts JMeter together from the jars of Maven Central, as its releases are: there is no whole one among them. Maven keeps what it fetched, so an
 * interrupted installation goes on where it was. Every jar must have the hash that `jmeter/jars.sha256` says.
 */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

const definitionFolder = join(import.meta.dirname, 'jmeter');
const jarHashesPath = join(definitionFolder, 'jars.sha256');
const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/**
 * bzt's plans name the JSON assertion as a plugin that is not on Maven Central under any version; its authors gave it to JMeter 4, where it has
 * another name and the same properties.
 */
const aliases =
  'com.atlantbh.jmeter.plugins.jsonutils.jsonpathassertion.JSONPathAssertion=org.apache.jmeter.assertions.JSONPathAssertion\n';

/** What an installation of exactly these jars, put together in this way, calls itself. */
export function jmeterVersion(): string {
  return sha256(readFileSync(jarHashesPath) + aliases + launcher).slice(0, 16);
}

/** Serial collector and the first compiler only: it makes little load here and should start soon. */
const launcher = `#!/bin/sh
home=$(cd "$(dirname "$0")/.." && pwd)
exec java -Xms128m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true $JVM_ARGS -jar "$home/bin/ApacheJMeter.jar" "$@"
`;

/** Installs into `folder`, which is replaced once all of it is there. */
export async function installJmeter(folder: string): Promise<void> {
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const lib = join(fresh, 'lib');
  const ext = join(lib, 'ext');
  mkdirSync(ext, { recursive: true });
  mkdirSync(join(lib, 'junit'));
  const pom = join(definitionFolder, 'pom.xml');
  await runProgram('mvn', ['-q', '-B', '-f', pom, COPY_GOAL, `-DoutputDirectory=${lib}`]);
  checkHashes(lib);
  for (const jar of readdirSync(lib)) {
    if (/^(ApacheJMeter_|jmeter-plugins-)/.test(jar)) renameSync(join(lib, jar), join(ext, jar));
  }
  const config = readdirSync(ext).find((jar) => jar.startsWith('ApacheJMeter_config-'));
  await runProgram('python3', ['-m', 'zipfile', '-e', join(ext, config ?? ''), join(fresh, 'config')]);
  renameSync(join(fresh, 'config', 'bin'), join(fresh, 'bin'));
  rmSync(join(fresh, 'config'), { recursive: true });
  const main = readdirSync(lib).find((jar) => jar.startsWith('ApacheJMeter-'));
  renameSync(join(lib, main ?? ''), join(fresh, 'bin', 'ApacheJMeter.jar'));
  appendFileSync(join(fresh, 'bin', 'saveservice.properties'), `\n${aliases}`);
  writeFileSync(join(fresh, 'bin', 'jmeter'), launcher);
  chmodSync(join(fresh, 'bin', 'jmeter'), 0o755);
  writeFileSync(join(fresh, 'version'), `${jmeterVersion()}\n`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

function checkHashes(lib: string): void {
  const found = readdirSync(lib)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => `${sha256(readFileSync(join(lib, name)))}  ${name}\n`);
  const wanted = new Set(readFileSync(jarHashesPath, 'utf8').split(/(?<=\n)/));
  const strange = found.filter((line) => !wanted.has(line));
  if (strange.length > 0 || found.length !== wanted.size) {
    throw new Error(`the jars of JMeter are not those of ${jarHashesPath}:\n${strange.join('')}`);
  }
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
