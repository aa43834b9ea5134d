/** What tasks are where they are paid for. Not there where running a task costs nothing. */
import type { TaskOffer } from '../../core/cost/run-shape.ts';

export interface TaskOffers {
  /** Of every region. What is asked often may be as it was some seconds ago. Throws `store_failed`. */
  list(): Promise<TaskOffer[]>;
}
