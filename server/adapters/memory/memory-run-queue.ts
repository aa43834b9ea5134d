/** A run queue for tests: nothing outlives it. */
import type { RunQueue } from '../../ports/run-queue.ts';
import { checkReceive, checkVisibility } from '../queue-options.ts';

interface Message {
  runId: string;
  visibleAtMs: number;
  deliveries: number;
  receipt: string | null;
}

export function createMemoryRunQueue(now: () => number): RunQueue {
  const messages: Message[] = [];
  let receipts = 0;
  const indexOf = (receipt: string) => messages.findIndex((message) => message.receipt === receipt);

  return {
    async send(runId) {
      if (messages.some((message) => message.runId === runId)) return;
      messages.push({ runId, visibleAtMs: 0, deliveries: 0, receipt: null });
    },

    async receive(options) {
      checkReceive(options);
      const nowMs = now();
      const visible = messages.filter((message) => message.visibleAtMs <= nowMs).slice(0, options.max);
      return visible.map((message) => {
        const receipt = `receipt-${++receipts}`;
        message.receipt = receipt;
        message.visibleAtMs = nowMs + options.visibilitySeconds * 1000;
        message.deliveries++;
        return { runId: message.runId, receipt, deliveries: message.deliveries };
      });
    },

    async delete(receipt) {
      const index = indexOf(receipt);
      if (index >= 0) messages.splice(index, 1);
    },

    async extend(receipt, visibilitySeconds) {
      checkVisibility(visibilitySeconds);
      const message = messages[indexOf(receipt)];
      if (message !== undefined) message.visibleAtMs = now() + visibilitySeconds * 1000;
    },
  };
}
