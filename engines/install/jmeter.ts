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
import { runProgram } from '../run-program.ts';
import type { Recipe } from './recipe.ts';
import { recipeId } from './recipe-id.ts';
import { java, maven, python } from './requirements.ts';

const VERSION = '5.6.3';
const definitionFolder = join(import.meta.dirname, 'jmeter');
const jarHashes = readFileSync(join(definitionFolder, 'jars.sha256'), 'utf8');
const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/**
 * bzt's plans name the JSON assertion as a plugin that is not on Maven Central under any version; its authors gave it to JMeter 4, where it has
 * another name and the same properties.
 */
const aliases =
  'com.atlantbh.jmeter.plugins.jsonutils.jsonpathassertion.JSONPathAssertion=org.apache.jmeter.assertions.JSONPathAssertion\n';

/** What JMeter's own script gives its JVM, in variables of the same names; the packages are opened to what reads and writes test plans. */
const launcher = `#!/bin/sh
home=$(cd "$(dirname "$0")/.." && pwd -P)
: "\${HEAP=-Xms1g -Xmx1g -XX:MaxMetaspaceSize=256m}"
: "\${GC_ALGO=-XX:+UseG1GC -XX:MaxGCPauseMillis=250 -XX:G1ReservePercent=20}"
opens=
for package in java.lang java.lang.invoke java.lang.reflect java.util java.util.concurrent java.text java.math; do
  opens="$opens --add-opens=java.base/$package=ALL-UNNAMED"
done
exec "\${JAVA_HOME:+$JAVA_HOME/bin/}java" $HEAP $GC_ALGO $opens -Duser.language=en -Duser.region=EN -Djava.awt.headless=true $JVM_ARGS -jar "$home/bin/ApacheJMeter.jar" "$@"
`;

export const jmeterRecipe: Recipe = {
  name: 'jmeter',
  title: 'JMeter',
  versions: { jmeter: VERSION },
  id: recipeId(jarHashes, aliases, launcher),
  requires: [java, maven, python],
  async build(folder, progress) {
    progress.step('fetching its jars');
    const lib = join(folder, 'lib');
    const pom = join(definitionFolder, 'pom.xml');
    await runProgram('mvn', ['-B', '-f', pom, COPY_GOAL, `-DoutputDirectory=${lib}`], { onLine: progress.line });
    checkHashes(lib);
    progress.step('putting it together');
    await assemble(folder, lib);
  },
};

async function assemble(folder: string, lib: string): Promise<void> {
  const ext = join(lib, 'ext');
  mkdirSync(ext);
  mkdirSync(join(lib, 'junit'));
  for (const jar of readdirSync(lib)) {
    if (/^(ApacheJMeter_|jmeter-plugins-)/.test(jar)) renameSync(join(lib, jar), join(ext, jar));
  }
  const config = join(folder, 'config');
  await runProgram('python3', ['-m', 'zipfile', '-e', join(ext, `ApacheJMeter_config-${VERSION}.jar`), config]);
  const bin = join(folder, 'bin');
  renameSync(join(config, 'bin'), bin);
  rmSync(config, { recursive: true });
  renameSync(join(lib, `ApacheJMeter-${VERSION}.jar`), join(bin, 'ApacheJMeter.jar'));
  appendFileSync(join(bin, 'saveservice.properties'), `\n${aliases}`);
  writeFileSync(join(bin, 'jmeter'), launcher);
  chmodSync(join(bin, 'jmeter'), 0o755);
}

function checkHashes(lib: string): void {
  const found = readdirSync(lib)
    .filter((name) => name.endsWith('.jar'))
    .map(
      (name) =>
        `${createHash('sha256')
          .update(readFileSync(join(lib, name)))
          .digest('hex')}  ${name}`,
    );
  const wanted = new Set(jarHashes.trimEnd().split('\n'));
  const strange = found.filter((line) => !wanted.has(line));
  if (strange.length > 0 || found.length !== wanted.size) {
    throw new Error(
      `the jars that came are not those of ${join(definitionFolder, 'jars.sha256')}:\n${strange.join('\n')}`,
    );
  }
}
