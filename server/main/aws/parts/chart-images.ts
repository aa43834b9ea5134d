import { createMetricImages } from '../../../adapters/aws/cloudwatch/metric-images.ts';
import type { ChartImages } from '../../../ports/chart-images.ts';
import { cloudWatchClient } from './clients/cloudwatch.ts';
import { mainRegion } from './main-region.ts';
import { once } from './once.ts';

/** Pictures of runs, as CloudWatch draws them. */
export const chartImages: () => ChartImages = once(() =>
  createMetricImages({ client: cloudWatchClient(), region: mainRegion(), nowMs: Date.now }),
);
