/**
 * The HTTP application of the control plane: the same wherever it is served from. What all requests have in common is done here, in this
 * order: id and log line, headers of the answer, admission, size of the body, then the routes. Every error becomes a problem in one place.
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Log } from '../ports/log.ts';
import { admission, type RateLimits } from './admission.ts';
import { answerHeaders } from './answer-headers.ts';
import type { Api, ApiEnvironment, ApiMiddleware } from './api.ts';
import type { Authenticate } from './authentication.ts';
import { createClientFinder } from './client-address.ts';
import { type ClientConfigDependencies, registerClientConfig } from './client-config.ts';
import { openApiDocument } from './openapi-document.ts';
import { answerProblem, refuseInvalid, refuseUnrouted, throwErrorsOnly } from './problems.ts';
import { limitBodies } from './request-body.ts';
import { requestLog } from './request-log.ts';
import type { OpenApiRouteDependencies } from './routes/openapi.ts';
import { type RouteDependencies, registerRoutes } from './routes/routes.ts';

export interface AppOptions extends Omit<RouteDependencies, keyof OpenApiRouteDependencies>, ClientConfigDependencies {
  authenticate: Authenticate;
  config: { trustedProxies: readonly string[]; rateLimits: RateLimits };
  /** Gives out the web console; left out where something else does. */
  console?: ApiMiddleware;
  /** Registers what lies beside the API for browsers: pages to sign in, where users sign in here. */
  pages?: (app: Api) => void;
  /** Epoch milliseconds. */
  nowMs(): number;
  log: Log;
  /** Registers further routes under `/api`: for tests of what all routes have in common. */
  moreRoutes?: (api: Api) => void;
}

/** `app.fetch(request, { peer })` answers a request. */
export function createApp(options: AppOptions): Api {
  const { log, nowMs } = options;
  const app: Api = new OpenAPIHono<ApiEnvironment>({ defaultHook: refuseInvalid });
  app.onError((error, c) => answerProblem(c, error, log));
  app.notFound((c) => refuseUnrouted(app, c));
  app.use(requestLog({ findClient: createClientFinder(options.config.trustedProxies), nowMs, log }));
  app.use(answerHeaders());
  if (options.console !== undefined) app.use(options.console);
  app.use(admission({ authenticate: options.authenticate, rateLimits: options.config.rateLimits, nowMs }));
  app.use(limitBodies());
  app.use(throwErrorsOnly());

  const api: Api = new OpenAPIHono<ApiEnvironment>({ defaultHook: refuseInvalid });
  let document: string | null = null;
  registerRoutes(api, {
    ...options,
    openApiText: () => {
      document ??= JSON.stringify(openApiDocument(app, options.version));
      return document;
    },
  });
  options.moreRoutes?.(api);
  app.route('/api', api);
  options.pages?.(app);
  registerClientConfig(app, options);
  return app;
}
