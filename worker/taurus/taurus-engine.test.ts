import { describe, expect, it } from 'vitest';
import { readTaurusXml } from '../../core/report/taurus-xml.ts';
import { needs } from '../../tools/needs.ts';
import { jmx, jmxRequest, k6Script, locustScript } from './testing/scripts.ts';
import { executionOf, readDelivered, startCountingServer, startTaurus } from './testing/taurus-run.ts';

/** A JVM starts slowly on a machine that has other things to do. */
const PATIENCE_MS = 120_000;

describe('a task that drives Taurus', () => {
  it(
    'counts exactly what JMeter, k6 and Locust sent',
    async (context) => {
      for (const tool of ['bzt', 'java', 'jmeter', 'k6']) needs(context, tool);
      const server = await startCountingServer(context);
      const run = await startTaurus(context, {
        executions: [
          executionOf({ executor: 'jmeter', script: 'plans/shop.jmx' }),
          executionOf({ executor: 'k6', script: 'shop.js' }),
          executionOf({
            executor: 'locust',
            script: 'shop.py',
            load: {
              concurrency: 2,
              throughput: null,
              rampUpSeconds: 0,
              steps: null,
              holdForSeconds: 2,
              iterations: null,
            },
          }),
        ],
        files: {
          'plans/shop.jmx': jmx(jmxRequest(server.port, '/jmeter', 'home, &quot;sweet&quot;')),
          'shop.js': k6Script(server.url, "{ vus: 2, iterations: 40, thresholds: { http_reqs: ['count>1000'] } }"),
          'shop.py': locustScript(server.url),
        },
      });
      await run.go();
      expect(await run.tasks[0]?.ended).toEqual({ code: 0, signal: null });
      const { artifact, artifacts, done, labels, total } = readDelivered(run.folder);
      expect(done).toMatchObject({ exit: 'completed', error: null, requests: server.total() });
      expect(done.failedCriterion).toBe('k6: a threshold of the script was crossed');
      expect(total.requests).toBe(server.total());
      expect(total.codes.get(503)).toBe(Math.floor(server.total() / 10));
      expect(done.failures).toBe(total.codes.get(503));
      expect([...total.errors.keys()]).toEqual(['http\n503 Service Unavailable']);
      expect(labels.get('home, "sweet"')).toMatchObject({ requests: 60, concurrencyMax: 3 });
      expect(labels.get(`${server.url}/k6`)?.requests).toBe(40);
      expect(labels.get('/locust')?.requests).toBe(server.served.get('/locust'));
      expect(done.health.memoryBytesMax).toBeGreaterThan(100_000_000);

      // What the tools wrote down themselves says the same.
      expect(artifacts).toEqual(expect.arrayContaining(['kpi.jtl', 'kpi.csv', 'kpi-1.jtl', 'result.taurus.xml']));
      const elapsedMs = artifact('kpi.jtl')
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => Number(row.split(',')[1]))
        .sort((a, b) => a - b);
      const jmeter = labels.get('home, "sweet"')?.responseTime ?? labels.get('home, "sweet"')?.serviceTime;
      for (const percentile of [50, 90, 99]) {
        const exactUs = elapsedMs[Math.ceil((percentile / 100) * elapsedMs.length) - 1]! * 1_000;
        expect(jmeter?.percentileUs(percentile)).toBeGreaterThanOrEqual(exactUs);
        expect(jmeter?.percentileUs(percentile)).toBeLessThanOrEqual(exactUs * (1 + 1 / 1_024));
      }
      expect(readTaurusXml(artifact('result.taurus.xml')).total.samples).toBe(server.total());
      expect(artifact('bzt.log')).toContain('Done performing with code: 0');
    },
    PATIENCE_MS,
  );
});
