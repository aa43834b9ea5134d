import { createTaskOffers } from '../../../adapters/aws/ecs/task-offers.ts';
import type { TaskOffers } from '../../../ports/task-offers.ts';
import { once } from './once.ts';
import { regionRecords } from './region-records.ts';

/** What tasks are where they run: by it their cost is reckoned. */
export const taskOffers: () => TaskOffers = once(() => createTaskOffers(regionRecords(), Date.now));
