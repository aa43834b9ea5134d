/** The queue of runs: what the deployment makes of it and what its consumer counts on. */

/** A FIFO queue with one group: its messages are delivered one at a time, in order. */
export const runQueue = {
  messageGroupId: 'runs',
  /** After a delivery that nobody reported on: six times the consumer's own time, as Lambda asks for. */
  visibilitySeconds: 360,
  retentionDays: 14,
  /** Deliveries after which a message goes to the dead-letter queue (`maxReceiveCount`). */
  deliveriesMax: 20,
  /** A run that only waits is sent anew at this delivery, so that it never gets there. */
  renewAtDelivery: 15,
  /** Between two looks at a run that waits for room. */
  waitSeconds: 20,
  /** Until a message whose run could not be looked at is tried again. */
  retrySeconds: 30,
} as const;
