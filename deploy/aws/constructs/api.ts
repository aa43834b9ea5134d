/** The REST API: API Gateway in front of the Lambda with the application, a Lambda that finds out who asks, a firewall. */
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  Deployment,
  EndpointType,
  IdentitySource,
  type IRestApi,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RequestAuthorizer,
  ResponseType,
  RestApi,
  Stage,
} from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import { PROBLEM_CONTENT_TYPE, problemOf } from '../../../core/api/problem.ts';
import { type ErrorCode, LoadstarError } from '../../../core/errors.ts';
import type { Settings } from '../settings.ts';
import { ApiFirewall } from './api-firewall.ts';

/** Stage of the API, and the first part of its paths there. */
export const API_STAGE = 'prod';

/** Anybody may ask for these; or their routes look at a token of their own (`server/http/access.ts`). */
const openPaths = ['api/health', 'api/ready', 'config.json'];
const ownTokenPaths = ['api/run-folders', 'api/uploads', 'api/downloads'];

/** The gateway, and its methods once it is known what answers them: the Lambdas are told of its address. */
export class Api extends Construct {
  readonly restApi: RestApi;
  /** Without a slash at its end. */
  readonly url: string;
  readonly #settings: Settings;
  #authorizer: RequestAuthorizer | null = null;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.#settings = settings;
    this.restApi = new RestApi(this, 'Rest', {
      restApiName: settings.name,
      deploy: false,
      cloudWatchRole: true,
      // One for all APIs of the account in the region: others may count on it.
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      endpointTypes: [EndpointType.REGIONAL],
      // Whatever it is, it reaches the application and the client byte by byte.
      binaryMediaTypes: ['*/*'],
    });
    this.url = `https://${this.restApi.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${API_STAGE}`;
    problemResponses(this.restApi);
  }

  /** Who finds out who asks. Whoever is disabled is out at once: nothing is remembered. */
  signInBy(authorizer: IFunction): void {
    this.#authorizer = new RequestAuthorizer(this, 'Authorizer', {
      handler: authorizer,
      identitySources: [IdentitySource.header('Authorization')],
      resultsCacheTtl: Duration.seconds(0),
    });
  }

  /** Not before `signInBy`. */
  get authorizer(): RequestAuthorizer {
    if (this.#authorizer === null) throw new Error('The API does not know yet who finds out who asks.');
    return this.#authorizer;
  }

  /** Adds the methods of the application, and deploys all that there are by then. */
  connect(api: IFunction, key: IKey | undefined): Stage {
    const application = new LambdaIntegration(api, { allowTestInvoke: false });
    const open = { authorizationType: AuthorizationType.NONE };
    for (const path of openPaths) this.restApi.root.resourceForPath(path).addMethod('GET', application, open);
    for (const path of ownTokenPaths) {
      this.restApi.root.resourceForPath(`${path}/{proxy+}`).addMethod('ANY', application, open);
    }
    const guarded = { authorizationType: AuthorizationType.CUSTOM, authorizer: this.authorizer };
    this.restApi.root.resourceForPath('api/{proxy+}').addMethod('ANY', application, guarded);
    const stage = this.deploy(key);
    NagSuppressions.addResourceSuppressions(this.restApi, suppressions, true);
    return stage;
  }

  private deploy(key: IKey | undefined): Stage {
    const { apiRequestsPerAddress, apiRequestsPerSecond, keepData, logRetentionDays } = this.#settings;
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: logRetentionDays,
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(key !== undefined && { encryptionKey: key }),
    });
    const stage = new Stage(this, 'Stage', {
      deployment: new Deployment(this, 'Deployment', { api: this.restApi as IRestApi }),
      stageName: API_STAGE,
      tracingEnabled: true,
      metricsEnabled: true,
      loggingLevel: MethodLoggingLevel.ERROR,
      dataTraceEnabled: false,
      throttlingRateLimit: apiRequestsPerSecond,
      throttlingBurstLimit: apiRequestsPerSecond * 2,
      accessLogDestination: new LogGroupLogDestination(accessLogs),
      accessLogFormat: AccessLogFormat.custom(accessLogLine),
    });
    this.restApi.deploymentStage = stage;
    stage.node.addDependency(...this.restApi.node.findAll().filter(({ node }) => node.id === 'Account'));
    new ApiFirewall(this, 'Firewall', { requestsPerAddress: apiRequestsPerAddress, stageArn: stage.stageArn });
    return stage;
  }
}

const suppressions = [
  {
    id: 'AwsSolutions-APIG4',
    reason: 'These paths are open, or their routes look at a token of their own: server/http/access.ts.',
  },
  {
    id: 'AwsSolutions-COG4',
    reason: 'A Lambda verifies tokens of the user pool, and personal API tokens, which the gateway knows nothing of.',
  },
  {
    id: 'AwsSolutions-APIG2',
    reason: 'The application checks requests against the schemas of its own API document.',
  },
  {
    id: 'AwsSolutions-IAM4',
    reason: 'The role by which API Gateway writes logs, as AWS prescribes it for the account.',
  },
];

/** One JSON object a request; never a header or a query, where tokens could be. */
const accessLogLine = JSON.stringify({
  time: '$context.requestTime',
  requestId: '$context.requestId',
  traceId: '$context.xrayTraceId',
  address: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  actor: '$context.authorizer.principalId',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  authorizerError: '$context.authorizer.error',
  integrationError: '$context.integration.error',
});

/** What the gateway itself refuses looks like any other problem of the API. */
function problemResponses(restApi: RestApi): void {
  const refusals: readonly (readonly [ResponseType, ErrorCode, string])[] = [
    [ResponseType.UNAUTHORIZED, 'unauthenticated', 'The request says not who sends it, or its token is no good.'],
    [ResponseType.ACCESS_DENIED, 'forbidden', 'Your role does not allow it.'],
    [ResponseType.WAF_FILTERED, 'forbidden', 'The firewall refused the request.'],
    [ResponseType.THROTTLED, 'rate_limited', 'There are too many requests.'],
    [ResponseType.REQUEST_TOO_LARGE, 'body_too_large', 'The body is larger than the API takes.'],
    [ResponseType.DEFAULT_4XX, 'request_invalid', 'The gateway refused the request.'],
    [ResponseType.DEFAULT_5XX, 'internal', 'The request failed.'],
  ];
  for (const [type, code, message] of refusals) {
    const problem = problemOf(new LoadstarError(code, message), '$context.requestId');
    restApi.addGatewayResponse(`Problem-${type.responseType}`, {
      type,
      statusCode: String(problem.status),
      responseHeaders: {
        'Content-Type': `'${PROBLEM_CONTENT_TYPE}'`,
        ...(code === 'unauthenticated' && { 'WWW-Authenticate': "'Bearer'" }),
        ...(code === 'rate_limited' && { 'Retry-After': "'1'" }),
      },
      templates: { 'application/json': JSON.stringify(problem) },
    });
  }
}
