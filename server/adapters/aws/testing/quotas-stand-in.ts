/** Service Quotas for tests, of which moto knows no quota of Fargate: each is what the test says. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface QuotasStandIn {
  /** For `AWS_ENDPOINT_URL_SERVICE_QUOTAS`. */
  url: string;
  /** vCPUs of each kind; null: whoever asks is not allowed to. */
  vcpu: number | null;
  stop(): Promise<void>;
}

export async function startQuotasStandIn(vcpu: number | null): Promise<QuotasStandIn> {
  const server = createServer((_incoming, outgoing) => {
    const refused = {
      __type: 'AccessDeniedException',
      message: 'not authorized to perform: servicequotas:GetServiceQuota',
    };
    outgoing.writeHead(standIn.vcpu === null ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    outgoing.end(JSON.stringify(standIn.vcpu === null ? refused : { Quota: { Value: standIn.vcpu } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const standIn: QuotasStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    vcpu,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return standIn;
}
