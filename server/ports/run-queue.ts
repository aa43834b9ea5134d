/**
 * Runs waiting to be taken. At least once, in order of arrival as far as visibility allows: a message that was received and neither
 * deleted nor extended comes again after its visibility ran out. A queue may hold back what is behind a message that was received, until
 * that one is deleted or visible again.
 */
export interface QueueMessage {
  runId: string;
  /** Names this delivery; a later delivery of the same message has another. */
  receipt: string;
  /** How often it was delivered, this time included. */
  deliveries: number;
}

export interface RunQueue {
  /**
   * Sending a run that waits already, or was received and not deleted yet, is no error. It adds nothing, or a message more where the queue
   * cannot know: whoever takes a run looks at its row, and finds it taken.
   */
  send(runId: string): Promise<void>;
  receive(options: { max: number; visibilitySeconds: number }): Promise<QueueMessage[]>;
  /** With the receipt of an older delivery: does nothing. With one whose visibility ran out: may do nothing. */
  delete(receipt: string): Promise<void>;
  /** Gives the message back at once (`0`) or hides it for longer. With the receipt of an older delivery: does nothing. */
  extend(receipt: string, visibilitySeconds: number): Promise<void>;
}
