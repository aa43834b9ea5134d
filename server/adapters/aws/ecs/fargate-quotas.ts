/** How many vCPUs an account may have on Fargate in a region. */
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';

export interface FargateQuotas {
  onDemandVcpu: number;
  spotVcpu: number;
}

const SERVICE = 'fargate';
/** "Fargate On-Demand vCPU resource count" and "Fargate Spot vCPU resource count". */
const CODES = { onDemandVcpu: 'L-3032A538', spotVcpu: 'L-36FBB829' } as const;

/** Throws the service's error. An account to which nothing else was granted has AWS' default. */
export async function readFargateQuotas(client: Pick<ServiceQuotasClient, 'send'>): Promise<FargateQuotas> {
  const [onDemandVcpu, spotVcpu] = await Promise.all([
    readQuota(client, CODES.onDemandVcpu),
    readQuota(client, CODES.spotVcpu),
  ]);
  return { onDemandVcpu, spotVcpu };
}

async function readQuota(client: Pick<ServiceQuotasClient, 'send'>, code: string): Promise<number> {
  const input = { ServiceCode: SERVICE, QuotaCode: code };
  const { Quota } = await client.send(new GetServiceQuotaCommand(input)).catch((error: Error) => {
    if (error.name !== 'NoSuchResourceException') throw error;
    return client.send(new GetAWSDefaultServiceQuotaCommand(input));
  });
  if (Quota?.Value === undefined) throw new Error(`Service Quotas knows no value of ${code}`);
  return Quota.Value;
}
