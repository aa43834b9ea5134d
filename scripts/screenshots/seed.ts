/** What the pictured console shows: scenarios with tags, runs that ended in different ways, one under way, a few people. */
import type { InvitedUser } from '../../core/api/identity.ts';
import type { ServedHome } from '../../server/main/fixtures/serve-home.ts';

export interface Seeded {
  checkoutId: string;
  passedRunId: string;
  failedRunId: string;
  liveRunId: string;
  /** Where somebody who was invited chooses a password. */
  invitationUrl: string;
  /** Lines about runs that did not end as they are pictured. */
  surprises: string[];
}

const REGIONS = '{local: {tasks: 1}, remote: {tasks: 1}}';

/** All criteria hold. */
const checkout = (url: string): string => `# Nightly: what most visitors do.
execution:
- concurrency: 10        # users over all tasks
  ramp-up: 8s
  hold-for: 22s
  scenario: checkout
scenarios:
  checkout:
    default-address: ${url}
    think-time: 150ms
    requests:
    - {url: /, label: Home page}
    - {url: /api/products, label: List products}
    - url: /api/orders
      label: Place an order
      method: POST
      headers: {Content-Type: application/json}
      body: {product: p-101, amount: 2}
    - {url: /delay/60, label: Recommendations}
reporting:
- module: passfail
  criteria: ['p95>2s, continue as failed', 'fail>1%, continue as failed']
loadstar: {name: Checkout, tags: [nightly, shop], regions: ${REGIONS}}
`;

/** Two criteria do not hold. */
const search = (url: string): string => `
execution: [{throughput: 25, hold-for: 25s, scenario: search}]
scenarios:
  search:
    default-address: ${url}
    requests:
    - {url: /api/products, label: Suggestions}
    - {url: /flaky/8, label: Search}
    - {url: /delay/90, label: Result page}
reporting:
- module: passfail
  criteria: ['p90 of Result page>40ms, continue as failed', 'fail>1%, continue as failed']
loadstar: {name: Search, tags: [shop], regions: ${REGIONS}}
`;

/** Goes on until somebody stops it. */
const endless = (url: string, name: string, tag: string): string => `
execution: [{concurrency: 5, ramp-up: 20s, hold-for: 15m, scenario: browse}]
scenarios:
  browse:
    default-address: ${url}
    think-time: 200ms
    requests: [{url: /, label: Home page}, {url: /delay/40, label: Catalogue}, {url: /flaky/2, label: Search}]
loadstar: {name: ${name}, tags: [${tag}], regions: ${REGIONS}}
`;

/** Resolves when everything has ended that is to end; `targetUrl`: of a practice target. */
export async function seed(served: ServedHome, targetUrl: string): Promise<Seeded> {
  const start = async (text: string) => {
    const scenario = await served.createScenario(text);
    return { scenarioId: scenario.id, runId: (await served.startRun(scenario.id)).id };
  };
  const first = await start(checkout(targetUrl));
  const failed = await start(search(targetUrl));
  const cancelled = await start(endless(targetUrl, 'Flash sale', 'campaign'));
  const invitationUrl = await people(served);
  await served.waitFor(cancelled.runId, ({ live }) => live !== null && live.requests > 100);
  await served.call(`/api/runs/${cancelled.runId}/cancel`, { method: 'POST' });
  await served.waitFor(first.runId);
  const live = await start(endless(targetUrl, 'Soak', 'weekly'));
  const second = await served.startRun(first.scenarioId);
  const ended = [await served.waitFor(second.id), await served.waitFor(failed.runId)];
  const verdicts = ['passed', 'failed'];
  const surprises = ended
    .filter(({ verdict }, index) => verdict !== verdicts[index])
    .map(
      ({ scenarioName, verdict }) => `${scenarioName} ended as ${verdict}: is this machine busy with something else?`,
    );
  await served.waitFor(live.runId, (run) => run.live !== null);
  return {
    checkoutId: first.scenarioId,
    passedRunId: second.id,
    failedRunId: failed.runId,
    liveRunId: live.runId,
    invitationUrl,
    surprises,
  };
}

async function people(served: ServedHome): Promise<string> {
  const invite = async (email: string, name: string, role: string) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ email, name, role });
    return (await (await served.call('/api/users', { method: 'POST', headers, body })).json()) as InvitedUser;
  };
  await invite('vera@example.com', 'Vera', 'viewer');
  const { link } = await invite('grace@example.com', 'Grace', 'editor');
  return link.url;
}
