/**
 * Reads a file of JMeter's samples as a task does, from its beginning to its end, and prints one line of JSON: samples, CPU seconds, peak memory.
 *
 *     node bench/read-samples.ts <kpi.jtl> <epoch milliseconds of go>
 */
import { SampleReading } from '../worker/taurus/samples/sample-reading.ts';

const [samples = '', goAtMs = '0'] = process.argv.slice(2);
let requests = 0;
const reading = new SampleReading({
  files: [{ format: 'jtl', samples, errors: null }],
  goAtMs: Number(goAtMs),
  // All of it is long past.
  goAtMonotonicMs: -1e9,
  monotonicMs: () => performance.now(),
  mask: null,
  onWindow: ({ labels }) => {
    for (const statistics of labels.values()) requests += statistics.requests;
  },
  onFailure: (error) => {
    throw error;
  },
});
const before = process.cpuUsage();
await reading.finish();
const { system, user } = process.cpuUsage(before);
console.log(
  JSON.stringify({
    requests,
    lateSamples: reading.lateSamples,
    cpuSeconds: (system + user) / 1e6,
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
