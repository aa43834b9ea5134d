/** Pictures of a run's charts, for where there is no browser to draw them: chat messages, wikis, mails. */
import type { ChartMetric, Series } from '../../core/api/runs.ts';
import type { Run } from '../../core/run/run.ts';

export interface ChartOrder {
  run: Run;
  metric: ChartMetric;
  /** Pixels. */
  width: number;
  height: number;
  /** Of the whole run, as far as it is merged by now; for whoever draws it and knows no other. */
  series(): Promise<Series>;
}

export interface ChartImages {
  /** A PNG of that size. Throws `chart_failed` when there is no picture to be had. */
  draw(order: ChartOrder): Promise<Uint8Array>;
}
