/** The environment of processes that make load. */

/** What processes that make load need of the launcher's environment; everything else (credentials above all) stays out. */
const PASSED_ON = [
  ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'NODE_EXTRA_CA_CERTS', 'JAVA_HOME'],
  ...['LOADSTAR_TAURUS_PYTHON', 'LOADSTAR_JMETER', 'LOADSTAR_K6'],
];
/** Of these, what another user has no use for. */
const OWN_FOLDERS = ['HOME', 'TMPDIR'];

export function passedOn(own: NodeJS.ProcessEnv, { isOtherUser }: { isOtherUser: boolean }): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of PASSED_ON) {
    if (isOtherUser && OWN_FOLDERS.includes(name)) continue;
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
