/** Routes whose last parameter spans the rest of the path, slashes and all; the description calls it `{path}`. */
import { createRoute, type RouteConfig } from '@hono/zod-openapi';
import type { Api } from './api.ts';

type Described<Path extends string> = RouteConfig & { path: Path };

/**
 * The route as it is matched; the other one, `{path}` and all, goes into the description. `{path}` comes as one parameter, decoded.
 */
export function restOfPathRoute<const Route extends Described<string>>(app: Api, described: Route): Route {
  app.openAPIRegistry.registerPath(createRoute(described));
  return createRoute({ ...described, path: described.path.replace('/{path}', '/:path{.+}'), hide: true }) as Route;
}
