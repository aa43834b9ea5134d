/** All routes of the API. */
import type { Api } from '../api.ts';
import { type ArtifactRouteDependencies, registerArtifactRoutes } from './artifacts.ts';
import { type AuditRouteDependencies, registerAuditRoutes } from './audit.ts';
import { type ChartRouteDependencies, registerChartRoutes } from './charts.ts';
import { type FileVersionRouteDependencies, registerFileVersionRoutes } from './file-versions.ts';
import { type MeRouteDependencies, registerMeRoutes } from './me.ts';
import { type OpenApiRouteDependencies, registerOpenApiRoutes } from './openapi.ts';
import { type RegionRouteDependencies, registerRegionRoutes } from './regions.ts';
import { type ResultRouteDependencies, registerResultRoutes } from './results.ts';
import { type RunFolderRouteDependencies, registerRunFolderRoutes } from './run-folders.ts';
import { type RunRouteDependencies, registerRunRoutes } from './runs.ts';
import { registerScenarioFileRoutes, type ScenarioFileRouteDependencies } from './scenario-files.ts';
import { registerScenarioRoutes, type ScenarioRouteDependencies } from './scenarios.ts';
import { registerSecretRoutes, type SecretRouteDependencies } from './secrets.ts';
import { registerSystemRoutes, type SystemRouteDependencies } from './system.ts';
import { registerTokenRoutes, type TokenRouteDependencies } from './tokens.ts';
import { registerTrialRoutes, type TrialRouteDependencies } from './trials.ts';
import { registerUploadRoutes, type UploadRouteDependencies } from './uploads.ts';
import { registerUserRoutes, type UserRouteDependencies } from './users.ts';

export type RouteDependencies = ScenarioRouteDependencies &
  ScenarioFileRouteDependencies &
  FileVersionRouteDependencies &
  UploadRouteDependencies &
  TrialRouteDependencies &
  RunRouteDependencies &
  RunFolderRouteDependencies &
  ResultRouteDependencies &
  ChartRouteDependencies &
  ArtifactRouteDependencies &
  RegionRouteDependencies &
  SecretRouteDependencies &
  AuditRouteDependencies &
  UserRouteDependencies &
  TokenRouteDependencies &
  MeRouteDependencies &
  SystemRouteDependencies &
  OpenApiRouteDependencies;

export function registerRoutes(app: Api, deps: RouteDependencies): void {
  registerScenarioRoutes(app, deps);
  registerScenarioFileRoutes(app, deps);
  registerFileVersionRoutes(app, deps);
  registerUploadRoutes(app, deps);
  registerTrialRoutes(app, deps);
  registerRunRoutes(app, deps);
  registerRunFolderRoutes(app, deps);
  registerResultRoutes(app, deps);
  registerChartRoutes(app, deps);
  registerArtifactRoutes(app, deps);
  registerRegionRoutes(app, deps);
  registerSecretRoutes(app, deps);
  registerAuditRoutes(app, deps);
  registerUserRoutes(app, deps);
  registerTokenRoutes(app, deps);
  registerMeRoutes(app, deps);
  registerSystemRoutes(app, deps);
  registerOpenApiRoutes(app, deps);
}
