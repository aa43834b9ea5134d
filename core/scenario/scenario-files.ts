/** The files that a scenario names: they go with it, and into the run folder. */
import type { Flow, RequestStep, Scenario } from './scenario.ts';
import { requestsOf } from './walk-steps.ts';

/** Their paths, each once, in the order in which they are named. */
export function scenarioFiles({ flows, taurus }: Pick<Scenario, 'flows' | 'taurus'>): string[] {
  const scripts = taurus?.executions.flatMap(({ script }) => script ?? []) ?? [];
  const ofTaurus = taurus?.files.map(({ path }) => path) ?? [];
  return [...new Set([...scripts, ...ofTaurus, ...Object.values(flows).flatMap(flowFiles)])];
}

function flowFiles({ dataSources, tls, steps }: Flow): string[] {
  const { authorityFile, client } = tls;
  const files = [...dataSources.map(({ path }) => path), ...requestsOf(steps).flatMap(bodyFiles)];
  if (authorityFile !== null) files.push(authorityFile);
  if (client?.kind === 'pkcs12') files.push(client.path);
  else if (client?.kind === 'pem') files.push(client.certificatePath, client.keyPath);
  return files;
}

function bodyFiles({ body }: RequestStep): string[] {
  if (body?.kind === 'file') return [body.path];
  return body?.kind === 'multipart' ? body.files.map(({ path }) => path) : [];
}
