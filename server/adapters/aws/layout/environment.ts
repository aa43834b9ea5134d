/**
 * What Lambdas are told by their environment. The deployment sets these variables, the handlers read them; both take the names from here. Endpoints
 * of services are not among them: the SDK's own variables (`AWS_ENDPOINT_URL_S3`, ...) say where those are, should they be elsewhere.
 */
import { LoadstarError } from '../../../../core/errors.ts';

export const environmentVariables = {
  /** Loadstar's own version. */
  version: 'LOADSTAR_VERSION',
  /** The region of the main stack, with the stores: other regions only make load. */
  mainRegion: 'LOADSTAR_MAIN_REGION',
  /** Tables, as `tables.ts` describes them. */
  scenariosTable: 'LOADSTAR_SCENARIOS_TABLE',
  runsTable: 'LOADSTAR_RUNS_TABLE',
  taskResultsTable: 'LOADSTAR_TASK_RESULTS_TABLE',
  recordsTable: 'LOADSTAR_RECORDS_TABLE',
  /** Bucket of all objects: run folders, scenario files, uploads. */
  bucket: 'LOADSTAR_BUCKET',
  /** URL of the FIFO queue of runs. */
  runQueueUrl: 'LOADSTAR_RUN_QUEUE_URL',
  /** ARN of the state machine that drives a run. */
  stateMachineArn: 'LOADSTAR_STATE_MACHINE_ARN',
  /** Id of the Cognito user pool. */
  userPoolId: 'LOADSTAR_USER_POOL_ID',
  /** Its client for the console. */
  consoleClientId: 'LOADSTAR_CONSOLE_CLIENT_ID',
  /** Its client for the command line. */
  cliClientId: 'LOADSTAR_CLI_CLIENT_ID',
  /** Host of its managed login: `loadstar-1234.auth.eu-west-1.amazoncognito.com`. */
  signInHost: 'LOADSTAR_SIGN_IN_HOST',
  /** Where the pool's keys lie, should that not be below its issuer. */
  jwksUrl: 'LOADSTAR_JWKS_URL',
  /** ARN of the KMS key that seals secrets of scenarios. */
  secretsKeyArn: 'LOADSTAR_SECRETS_KEY_ARN',
  /** ARN of the Secrets Manager secret that URLs and tokens of runs are signed with. */
  signingKeyArn: 'LOADSTAR_SIGNING_KEY_ARN',
  /** Name of the SSM parameter with the URL that users and tasks reach the API by: it is known after the API only. */
  publicUrlParameter: 'LOADSTAR_PUBLIC_URL_PARAMETER',
  /** ARN of the role that a task's credentials are made of. */
  taskAccessRoleArn: 'LOADSTAR_TASK_ACCESS_ROLE_ARN',
  /** ARN of the customer's KMS key that the bucket's objects are encrypted with, `none` without one: tasks need to use it too. */
  bucketKeyArn: 'LOADSTAR_BUCKET_KEY_ARN',
  /** Host of IoT Core's data endpoint, `abc-ats.iot.eu-west-1.amazonaws.com`. */
  iotHost: 'LOADSTAR_IOT_HOST',
  /** Name of the custom authorizer that lets viewers of live data in. */
  iotAuthorizer: 'LOADSTAR_IOT_AUTHORIZER',
  /** Addresses that targets may have although they are link-local and the like; JSON, as `targetAllowList` of the configuration. */
  targetAllowList: 'LOADSTAR_TARGET_ALLOW_LIST',
  /** Days from their end on that runs are kept for; `forever`. */
  keepDays: 'LOADSTAR_KEEP_DAYS',
  /** Likewise their artifacts. */
  keepArtifactsDays: 'LOADSTAR_KEEP_ARTIFACTS_DAYS',
} as const;

/** What a setting says that has no value. */
export const NONE = 'none';

export type EnvironmentSetting = keyof typeof environmentVariables;

/** The named settings. Throws `config_invalid` that names all variables which are missing. */
export function readEnvironment<const Setting extends EnvironmentSetting>(
  settings: readonly Setting[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<Setting, string> {
  const missing = settings.filter((setting) => !environment[environmentVariables[setting]]);
  if (missing.length > 0) {
    const names = missing.map((setting) => environmentVariables[setting]).join(', ');
    throw new LoadstarError('config_invalid', `The Lambda's environment lacks ${names}.`);
  }
  return Object.fromEntries(
    settings.map((setting) => [setting, environment[environmentVariables[setting]] ?? '']),
  ) as Record<Setting, string>;
}
