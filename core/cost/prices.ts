/**
 * What AWS asks for: public on-demand list prices in US dollars, without free tiers, discounts and taxes.
 *
 * Source: the pricing pages of the services (https://aws.amazon.com/fargate/pricing/ and its likes) for us-east-1, as they were in the first half
 * of 2026. Other regions are up to some 30 % dearer; none of them is in here, so all are reckoned as us-east-1, and the cost says so.
 */
export const listPrices = {
  region: 'us-east-1',
  asOf: '2026-06',
  fargate: {
    x86: { vcpuHour: 0.04048, gbHour: 0.004445 },
    arm: { vcpuHour: 0.03238, gbHour: 0.00356 },
    /** Approximate: 0.3 to 0.5 of the price above, by supply and demand. The dear end of it. */
    spotPart: 0.5,
    /** Each task is billed for at least that long. */
    secondsMin: 60,
  },
  /** A public IPv4 address in use. */
  publicIpHour: 0.005,
  /** What leaves for the internet, the first tier; within AWS it is nothing to 0.02. */
  egressGb: 0.09,
  /** PUT, COPY, POST, LIST; GET and all others; Standard storage. */
  s3: { writes: 0.005 / 1_000, reads: 0.0004 / 1_000, gbMonth: 0.023 },
  /** Events of S3, which are opted in to. Approximate: reckoned as EventBridge's custom events. */
  eventBridgeEvent: 1 / 1_000_000,
  stepFunctionsTransition: 0.025 / 1_000,
  /** ARM, the first tier. */
  lambda: { request: 0.2 / 1_000_000, gbSecond: 0.0000133334 },
  /** REST API, the first tier. */
  apiGatewayRequest: 3.5 / 1_000_000,
  /** On demand, Standard table class. */
  dynamoDb: { writeUnit: 0.625 / 1_000_000, readUnit: 0.125 / 1_000_000 },
  /** Standard log class, what comes in. */
  logsGb: 0.5,
  /** Custom metrics, by the hour in which they have values, the first tier. */
  metricHour: 0.3 / 730,
  /** A message of up to 5 KB, in or out, the first tier; and a connection. */
  iot: { message: 1 / 1_000_000, messageBytes: 5 * 1024, connectionMinute: 0.08 / 1_000_000 },
};

export type Prices = typeof listPrices;
