/** The words that criteria are made of, as people choose them. */

export const subjects: readonly { value: string; description: string }[] = [
  { value: 'p95', description: 'Response time that 95 % stay below; any percentile: p50, p99.9' },
  { value: 'p99', description: 'Response time that 99 % stay below' },
  { value: 'avg-rt', description: 'Mean response time' },
  { value: 'avg-lt', description: 'Mean time to the first byte' },
  { value: 'avg-ct', description: 'Mean time to connect' },
  { value: 'stdev-rt', description: 'Standard deviation of the response time' },
  { value: 'fail', description: 'Failures: a number, or per cent' },
  { value: 'succ', description: 'Successes: a number, or per cent' },
  { value: 'rc5??', description: 'Responses with a code: a number, or per cent' },
  { value: 'hits', description: 'Requests' },
  { value: 'concurr', description: 'Users' },
  { value: 'bytes', description: 'Bytes received: 500, 10k, 2m' },
];

export const conditions = ['>', '>=', '<', '<=', '='].map((value) => ({ value, label: value }));

export const windows: readonly { value: string; label: string; description: string }[] = [
  { value: 'run', label: 'whole run', description: 'Judged at its end' },
  { value: 'for', label: 'each second', description: 'In each second of this time' },
  { value: 'within', label: 'within', description: 'The last seconds together' },
  { value: 'over', label: 'over', description: 'The same, once so much time has passed' },
];

export const actions: readonly { value: string; label: string }[] = [
  { value: 'stop failed', label: 'stop, failed' },
  { value: 'continue failed', label: 'go on, failed' },
  { value: 'stop non-failed', label: 'stop, not failed' },
  { value: 'continue non-failed', label: 'go on, not failed' },
];
