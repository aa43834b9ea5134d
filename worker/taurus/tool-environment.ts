/** What Taurus and its tools find in their environment. */
import { dirname, join } from 'node:path';
import type { EngineProgram } from '../../engines/engine-program.ts';
import type { WorkFolder } from './work-folder.ts';

/** Of the worker's own: what programs need to run at all, and the way to the network. */
const KEPT =
  /^(?:LANG|LC_ALL|TZ|JAVA_HOME|JVM_ARGS|LD_LIBRARY_PATH|SSL_CERT_(?:FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(?:https?|no|all)_proxy)$/i;

/** As in JMeter's own start script. */
const JMETER_HEAP = '-Xms1g -Xmx1g';
/** JMeter would go on without the users whose threads have died. */
const JVM_LIMITS = '-XX:MaxMetaspaceSize=256m -XX:+ExitOnOutOfMemoryError';

interface ToolEnvironmentOptions {
  /** What the scenario gives JMeter's heap, as Java writes sizes; null: nothing. Whatever starts JMeter may begin with more otherwise. */
  jmeterHeap: string | null;
  /** Folder of Python packages that scripts need; null: none. */
  packages: string | null;
  programs: readonly EngineProgram[];
}

/**
 * Nothing else of the worker's gets in: no token, no settings. Their settings at home and their temporary files are the task's own.
 */
export function toolEnvironment(
  own: NodeJS.ProcessEnv,
  folder: WorkFolder,
  { jmeterHeap, packages, programs }: ToolEnvironmentOptions,
): Record<string, string> {
  const kept = Object.entries(own).filter(([name, value]) => value !== undefined && KEPT.test(name));
  const path = [...programs.map((program) => dirname(program.path)), own.PATH ?? ''].filter((part) => part !== '');
  return {
    LANG: 'C.UTF-8',
    ...(Object.fromEntries(kept) as Record<string, string>),
    HEAP: `${jmeterHeap === null ? (own.HEAP ?? JMETER_HEAP) : `-Xms${jmeterHeap}`} ${JVM_LIMITS}`,
    PATH: path.join(':'),
    ...(packages === null ? {} : { PYTHONPATH: packages }),
    HOME: folder.home,
    TMPDIR: folder.temporary,
    XDG_CONFIG_HOME: join(folder.home, '.config'),
  };
}
