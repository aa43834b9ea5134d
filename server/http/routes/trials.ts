/** Trying a scenario before anything is run or stored. */
import { createRoute } from '@hono/zod-openapi';
import type { ScenarioFormat } from '../../../core/api/scenarios.ts';
import { storedTrialSchema, trialQuerySchema, trialSchema } from '../../../core/api/trials.ts';
import { LoadstarError } from '../../../core/errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { TrialRunner } from '../../ports/trial-runner.ts';
import { tryScenario } from '../../verbs/scenarios/try-scenario.ts';
import type { PlanSettings } from '../../verbs/start-run.ts';
import type { Api } from '../api.ts';
import { HttpError } from '../http-error.ts';
import { documentBody, readDocumentBody } from './scenario-documents.ts';

/** When one more may be let in: most tries take a few seconds. */
const RETRY_AFTER_SECONDS = 5;

const tryRoute = createRoute({
  tags: ['Scenarios'],
  method: 'post',
  path: '/scenarios/try',
  operationId: 'tryScenario',
  summary: 'One user walks each flow of a document once; every request and response is answered',
  description:
    'The body is a document, as for validating it, or `{"scenarioId": "..."}` as JSON for the stored scenario of that id. It leaves no run.',
  request: { query: trialQuerySchema, body: documentBody },
  responses: {
    200: {
      description: 'What that user met, also when targets fail.',
      content: { 'application/json': { schema: trialSchema } },
    },
  },
});

export type TrialRouteDependencies = Pick<Ports, 'scenarios' | 'objects' | 'secrets' | 'audit' | 'nowMs'> & {
  /** Null where nothing can be tried. */
  trials: TrialRunner | null;
  /** Settings of plans that a scenario does not make. */
  plan: PlanSettings;
};

export function registerTrialRoutes(app: Api, deps: TrialRouteDependencies): void {
  const { plan } = deps;
  app.openapi(tryRoute, async (c) => {
    const { name, scenarioId = null } = c.req.valid('query');
    const written = await readDocumentBody(c);
    const storedId = storedIdIn(written);
    const document = storedId === null ? { ...written, name } : null;
    const input = { document, scenarioId: storedId ?? scenarioId, plan };
    try {
      return c.json(await tryScenario(deps, c.get('actor'), input, c.req.raw.signal), 200);
    } catch (error) {
      if (!(error instanceof LoadstarError) || error.code !== 'rate_limited') throw error;
      throw new HttpError(error.code, error.message, { headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } });
    }
  });
}

/** Null for a document: none of them has this key alone. */
function storedIdIn({ format, text }: { format: ScenarioFormat; text: string }): string | null {
  if (format !== 'json') return null;
  try {
    return storedTrialSchema.safeParse(JSON.parse(text)).data?.scenarioId ?? null;
  } catch {
    // Reading it as a document says what is wrong with it.
    return null;
  }
}
