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

/** A busy machine makes runs invalid: those that are pictured are run again, up to so many times. */
const ATTEMPTS_MAX = 4;

/** Resolves when everything has ended that is to end; `targetUrl`: of a practice target. */
export async function seed(served: ServedHome, targetUrl: string): Promise<Seeded> {
  const surprises: string[] = [];
  const runUntil = async (scenarioId: string, verdict: 'passed' | 'failed'): Promise<string> => {
    for (let attempt = 1; ; attempt++) {
      const run = await served.waitFor((await served.startRun(scenarioId)).id);
      if (run.verdict === verdict) return run.id;
      if (attempt === ATTEMPTS_MAX) {
        surprises.push(`${run.scenarioName} ended as ${run.verdict}: is this machine busy with something else?`);
        return run.id;
      }
    }
  };
  const { id: checkoutId } = await served.createScenario(checkout(targetUrl));
  const { id: searchId } = await served.createScenario(search(targetUrl));
  const { id: saleId } = await served.createScenario(endless(targetUrl, 'Flash sale', 'campaign'));
  const invitationUrl = await people(served);
  const [cancelled, first] = [await served.startRun(saleId), await served.startRun(checkoutId)];
  await served.waitFor(cancelled.id, ({ live }) => live !== null && live.requests > 100);
  await served.call(`/api/runs/${cancelled.id}/cancel`, { method: 'POST' });
  for (const { id } of [cancelled, first]) await served.waitFor(id);
  const failedRunId = await runUntil(searchId, 'failed');
  const passedRunId = await runUntil(checkoutId, 'passed');
  const { id: soakId } = await served.createScenario(endless(targetUrl, 'Soak', 'weekly'));
  const live = await served.startRun(soakId);
  await served.waitFor(live.id, (run) => run.live !== null && run.live.requests > 300);
  return { checkoutId, passedRunId, failedRunId, liveRunId: live.id, invitationUrl, surprises };
}

async function people(served: ServedHome): Promise<string> {
  const invite = async (email: string, name: string, role: string) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ email, name, role });
    return (await (await served.call('/api/users', { method: 'POST', headers, body })).json()) as InvitedUser;
  };
  await invite('vera@example.com', 'Vera', 'viewer');
  const { link } = await invite('grace@example.com', 'Grace', 'editor');
  if (link === null) throw new Error('there is no link to accept');
  return link.url;
}
