/** What a run costs on AWS, item by item. */
import type { CostItem, RunCost } from '../api/cost.ts';
import { listPrices, type Prices } from './prices.ts';
import type { RunShape } from './run-shape.ts';
import { type Usage, usageOf } from './usage.ts';

/** What is named, since it is not reckoned. */
const EGRESS =
  'Not counted: data that tasks send to targets, 0.09 USD/GB over the internet, at most 0.02 USD/GB within AWS.';
const DEPLOYMENT = 'Not counted: what the deployment costs by itself, whether anything runs or not.';

/** `prices`: of all regions alike. */
export function costOf(shape: RunShape, prices: Prices = listPrices): RunCost {
  const usage = usageOf(shape, {
    fargateSecondsMin: prices.fargate.secondsMin,
    iotMessageBytes: prices.iot.messageBytes,
  });
  const items = itemsOf(usage, prices).filter(({ quantity }) => quantity > 0);
  return {
    usd: items.reduce((sum, item) => sum + item.usd, 0),
    items,
    remarks: remarksOf(shape, prices),
  };
}

function itemsOf(usage: Usage, prices: Prices): CostItem[] {
  const item = (what: string, quantity: number, unit: string, price: number): CostItem => ({
    what,
    quantity,
    unit,
    usd: quantity * price,
  });
  const { s3, lambda, dynamoDb, iot } = prices;
  return [
    ...fargateItems(usage, prices),
    item('Public IPv4 addresses of tasks', usage.publicIpHours, 'hours', prices.publicIpHour),
    item('Data to targets, as if over the internet', usage.egressGb, 'GB', prices.egressGb),
    item('Live data: log lines taken in', usage.liveLogsGb, 'GB', prices.logsGb),
    item('Live data: messages of IoT Core', usage.iotMessages, 'messages', iot.message),
    item('Live data: connections', usage.iotConnectionMinutes, 'minutes', iot.connectionMinute),
    item('S3: writes and lists', usage.s3Writes, 'requests', s3.writes),
    item('S3: reads', usage.s3Reads, 'requests', s3.reads),
    item('S3: storage for a month', usage.s3GbMonths, 'GB', s3.gbMonth),
    item('S3: events', usage.events, 'events', prices.eventBridgeEvent),
    item('Step Functions', usage.transitions, 'transitions', prices.stepFunctionsTransition),
    item('Lambda: time', usage.lambdaGbSeconds, 'GB-seconds', lambda.gbSecond),
    item('Lambda: calls', usage.lambdaRequests, 'calls', lambda.request),
    item('API Gateway', usage.apiRequests, 'requests', prices.apiGatewayRequest),
    item('DynamoDB: writes', usage.dynamoWriteUnits, 'units', dynamoDb.writeUnit),
    item('DynamoDB: reads', usage.dynamoReadUnits, 'units', dynamoDb.readUnit),
    item('Other logs', usage.otherLogsGb, 'GB', prices.logsGb),
    item('Metrics', usage.metricHours, 'metric-hours', prices.metricHour),
  ];
}

/** One item per kind of task, over all regions. */
function fargateItems({ fargate }: Usage, { fargate: prices }: Prices): CostItem[] {
  const kinds = new Map<string, CostItem[]>();
  for (const { architecture, spot, vcpuHours, gbHours } of fargate) {
    const kind = `Fargate${spot ? ' Spot' : ''}, ${architecture === 'arm' ? 'ARM' : 'x86'}`;
    const part = spot ? prices.spotPart : 1;
    const { vcpuHour, gbHour } = prices[architecture];
    const [vcpu, memory] = kinds.get(kind) ?? [
      { what: `${kind}: CPU`, quantity: 0, unit: 'vCPU-hours', usd: 0 },
      { what: `${kind}: memory`, quantity: 0, unit: 'GB-hours', usd: 0 },
    ];
    if (vcpu === undefined || memory === undefined) continue;
    kinds.set(kind, [
      { ...vcpu, quantity: vcpu.quantity + vcpuHours, usd: vcpu.usd + vcpuHours * vcpuHour * part },
      { ...memory, quantity: memory.quantity + gbHours, usd: memory.usd + gbHours * gbHour * part },
    ]);
  }
  return [...kinds.values()].flat();
}

function remarksOf({ bytesSent, regions }: RunShape, { asOf, region }: Prices): string[] {
  const others = regions.map((each) => each.region).filter((name) => name !== region);
  const spot = regions.some((each) => each.spot)
    ? ['Spot is reckoned with half of the list price; its price changes.']
    : [];
  const dearer = others.length === 0 ? '' : `; ${others.join(', ')} may be up to 30 % dearer`;
  const egress = bytesSent === null ? [EGRESS] : [];
  return [`List prices of ${region}, ${asOf}${dearer}.`, ...spot, ...egress, DEPLOYMENT];
}
