/** The web console: a private bucket that CloudFront alone reads, and the API behind the same host, so that browsers talk to one origin. */
import { join } from 'node:path';
import { Aws, Duration } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import type { ClientConfig } from '../../../core/api/identity.ts';
import { consoleSecurityPolicy } from '../../../core/console-security-policy.ts';
import { API_STAGE, type Api } from './api.ts';
import { privateBucket } from './buckets.ts';

export interface ConsoleProps {
  api: Api;
  logs: IBucket;
  /** Origins beside its own that the console talks to. */
  connectTo: readonly string[];
}

const builtConsole = join(import.meta.dirname, '..', '..', '..', 'console', 'dist');

/** Two years, as browsers' lists of hosts that are reached by TLS alone ask for. */
const STRICT_TRANSPORT_DAYS = 730;

/** Every path of the console's own is its page, as `server/http/console/console-files.ts` has it. */
const pageOfPaths = `function handler(event) {
  var request = event.request;
  if (request.uri.indexOf('/assets/') !== 0 && request.uri.lastIndexOf('.') <= request.uri.lastIndexOf('/')) request.uri = '/index.html';
  return request;
}`;

export class Console extends Construct {
  /** Without a slash at its end. */
  readonly url: string;
  readonly #bucket: IBucket;
  readonly #distribution: Distribution;

  constructor(scope: Construct, id: string, props: ConsoleProps) {
    super(scope, id);
    this.#bucket = privateBucket(this, 'Files', {
      keep: false,
      serverAccessLogsBucket: props.logs,
      serverAccessLogsPrefix: 'console/',
    });
    this.#distribution = this.distribution(props);
    this.url = `https://${this.#distribution.distributionDomainName}`;
  }

  private distribution({ api, connectTo, logs }: ConsoleProps): Distribution {
    const toApi = {
      origin: new HttpOrigin(`${api.restApi.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`, {
        originPath: `/${API_STAGE}`,
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    };
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Loadstar',
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: 'cloudfront/',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.#bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.headers(connectTo),
        functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: this.pageFunction() }],
      },
      additionalBehaviors: { '/api/*': toApi },
    });
    NagSuppressions.addResourceSuppressions(distribution, [
      { id: 'AwsSolutions-CFR1', reason: 'Where its users are is not for the deployment to say.' },
      {
        id: 'AwsSolutions-CFR2',
        reason: 'The console is public files; the firewall is in front of the API, whichever way it is reached.',
      },
      {
        id: 'AwsSolutions-CFR4',
        reason: "The host name is CloudFront's own, and which protocols it takes is for CloudFront to say.",
      },
    ]);
    return distribution;
  }

  private pageFunction(): EdgeFunction {
    return new EdgeFunction(this, 'Paths', {
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(pageOfPaths),
    });
  }

  private headers(connectTo: readonly string[]): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'Headers', {
      securityHeadersBehavior: {
        contentSecurityPolicy: { override: true, contentSecurityPolicy: consoleSecurityPolicy(connectTo) },
        strictTransportSecurity: {
          override: true,
          accessControlMaxAge: Duration.days(STRICT_TRANSPORT_DAYS),
          includeSubdomains: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { override: true, frameOption: HeadersFrameOption.DENY },
        referrerPolicy: { override: true, referrerPolicy: HeadersReferrerPolicy.SAME_ORIGIN },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'Cross-Origin-Opener-Policy', value: 'same-origin', override: true },
          { header: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=()', override: true },
        ],
      },
    });
  }

  /** The built console, and what it is told about where it is. What has a hash in its name is kept by browsers for good. */
  deploy(config: ClientConfig, logGroup: LogGroup): void {
    const common = { destinationBucket: this.#bucket, logGroup, memoryLimit: 512, retainOnDelete: false };
    const assets = new BucketDeployment(this, 'Assets', {
      ...common,
      sources: [Source.asset(builtConsole)],
      exclude: ['*'],
      include: ['assets/*'],
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
      // Pages that were loaded before an update still ask for the files of theirs.
      prune: false,
    });
    const pages = new BucketDeployment(this, 'Pages', {
      ...common,
      sources: [Source.asset(builtConsole), Source.jsonData('config.json', config)],
      exclude: ['assets/*'],
      cacheControl: [CacheControl.fromString('no-cache')],
      prune: false,
      distribution: this.#distribution,
      distributionPaths: ['/index.html', '/config.json'],
    });
    pages.node.addDependency(assets);
  }
}
