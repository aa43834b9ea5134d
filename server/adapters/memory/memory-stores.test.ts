import { auditStoreContract } from '../../ports/audit.contract.ts';
import { idempotencyStoreContract } from '../../ports/idempotency.contract.ts';
import { identityStoresContract } from '../../ports/identity.contract.ts';
import { runQueueContract } from '../../ports/run-queue.contract.ts';
import { secretStoreContract } from '../../ports/secrets.contract.ts';
import { storesContract } from '../../ports/stores.contract.ts';
import { createManualClock } from './manual-clock.ts';
import { createMemoryAuditStore } from './memory-audit-store.ts';
import { createMemoryStores } from './memory-stores.ts';

storesContract('memory', async () => ({ stores: createMemoryStores(), close: async () => {} }));

identityStoresContract('memory', async () => ({ stores: createMemoryStores(), close: async () => {} }));

auditStoreContract('memory', async ({ entriesMax }) => ({
  audit: createMemoryAuditStore(entriesMax),
  close: async () => {},
}));

idempotencyStoreContract('memory', async () => ({
  idempotency: createMemoryStores().idempotency,
  close: async () => {},
}));

runQueueContract('memory', async () => {
  const clock = createManualClock();
  return { queue: createMemoryStores({ now: clock.now }).queue, advance: clock.advance, close: async () => {} };
});

secretStoreContract('memory', async () => ({ secrets: createMemoryStores().secrets, close: async () => {} }));
