/** All routes of the API. */
import type { Api } from '../api.ts';
import { type AuditRouteDependencies, registerAuditRoutes } from './audit.ts';
import { type OpenApiRouteDependencies, registerOpenApiRoutes } from './openapi.ts';
import { registerSystemRoutes, type SystemRouteDependencies } from './system.ts';

export type RouteDependencies = AuditRouteDependencies & SystemRouteDependencies & OpenApiRouteDependencies;

export function registerRoutes(app: Api, deps: RouteDependencies): void {
  registerAuditRoutes(app, deps);
  registerSystemRoutes(app, deps);
  registerOpenApiRoutes(app, deps);
}
