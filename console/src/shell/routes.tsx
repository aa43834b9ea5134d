/** Which address shows which screen. Each screen is a file of its own, loaded when it is first shown. */
import type { RouteObject } from 'react-router';
import { Shell } from './shell.tsx';

const lazy = (load: () => Promise<{ default: React.ComponentType }>): Pick<RouteObject, 'lazy'> => ({
  lazy: async () => ({ Component: (await load()).default }),
});

export const routes: RouteObject[] = [
  {
    path: '/',
    Component: Shell,
    HydrateFallback: () => null,
    children: [
      { index: true, ...lazy(() => import('../screens/home/home.tsx')) },
      { path: 'scenarios', ...lazy(() => import('../screens/scenarios/scenarios.tsx')) },
      { path: 'scenarios/new', ...lazy(() => import('../screens/editor/editor.tsx')) },
      { path: 'scenarios/upload', ...lazy(() => import('../screens/upload/upload.tsx')) },
      { path: 'scenarios/:scenarioId', ...lazy(() => import('../screens/scenario/scenario.tsx')) },
      { path: 'scenarios/:scenarioId/edit', ...lazy(() => import('../screens/editor/editor.tsx')) },
      { path: 'runs', ...lazy(() => import('../screens/runs/runs.tsx')) },
      { path: 'runs/:runId', ...lazy(() => import('../screens/run/run.tsx')) },
      { path: 'regions', ...lazy(() => import('../screens/regions/regions.tsx')) },
      { path: 'users', ...lazy(() => import('../screens/users/users.tsx')) },
      { path: 'tokens', ...lazy(() => import('../screens/tokens/tokens.tsx')) },
      { path: 'secrets', ...lazy(() => import('../screens/secrets/secrets.tsx')) },
      { path: 'audit', ...lazy(() => import('../screens/audit/audit.tsx')) },
      { path: 'docs', ...lazy(() => import('../screens/docs/docs.tsx')) },
      { path: 'docs/:name', ...lazy(() => import('../screens/docs/document.tsx')) },
      { path: 'about', ...lazy(() => import('../screens/about/about.tsx')) },
      { path: '*', ...lazy(() => import('../screens/not-found/not-found.tsx')) },
    ],
  },
];
