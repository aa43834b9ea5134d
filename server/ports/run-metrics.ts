/** Numbers of a run while it goes on, for where others watch it beside us: dashboards, alarms. */

/** What a region did in a part of the run, some seconds long. */
export interface RunMeasurement {
  runId: string;
  /** Null: all regions together. */
  region: string | null;
  /** End of the part, epoch milliseconds. */
  atMs: number;
  requests: number;
  failures: number;
  /** The largest second. */
  users: number;
  /** Null without any. */
  responseTimeMs: { p50: number; p95: number; p99: number } | null;
}

export interface RunMetrics {
  /**
   * Is called once for each part that is folded, after that was noted for good: a control plane that dies in between leaves a gap, and nothing is told twice. What
   * comes late is not in it. Must not throw, nor wait.
   */
  report(measurements: readonly RunMeasurement[]): void;
}
