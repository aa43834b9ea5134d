import { describe, expect, it, type TestContext } from 'vitest';
import { needs } from '../../tools/needs.ts';
import { jmx, k6Script, locustScript } from './testing/scripts.ts';
import { executionOf, readDelivered, startTaurus, type TaurusRunOptions } from './testing/taurus-run.ts';

/** A JVM starts slowly on a machine that has other things to do. */
const PATIENCE_MS = 180_000;
const NOWHERE = 'http://127.0.0.1:1';

const one = (executor: 'jmeter' | 'k6' | 'locust', script: string, text: string): TaurusRunOptions => ({
  executions: [executionOf({ executor, script })],
  files: { [script]: text },
});

describe('a script that cannot run', () => {
  it.concurrent.for<[string, TaurusRunOptions, RegExp]>([
    [
      'a plan of JMeter that is no XML',
      one('jmeter', 'shop.jmx', '<jmeterTestPlan><hashTree>'),
      /shop\.jmx|XML|Premature end/i,
    ],
    [
      'a plan of JMeter that needs a plugin',
      one(
        'jmeter',
        'shop.jmx',
        jmx('<com.example.Teleporter testclass="com.example.Teleporter" testname="beam"/><hashTree/>'),
      ),
      /does not know the class com\.example\.Teleporter .*plugin is missing.*plugins\//,
    ],
    [
      'a k6 script with a syntax error',
      one('k6', 'shop.js', 'export default function () { let = ; }'),
      /k6 cannot run the script: .*shop\.js: Line 1:36 Unexpected token ;/,
    ],
    [
      'a k6 script that uses what is not there',
      one('k6', 'shop.ts', `${k6Script(NOWHERE, '{ vus: 1, iterations: 1 }')}\nnobody();`),
      /k6 cannot run the script: ReferenceError: nobody is not defined/,
    ],
    [
      'a Locust script with an import that fails',
      one('locust', 'shop.py', `import teleporter\n${locustScript(NOWHERE)}`),
      /the Python script cannot be loaded: ModuleNotFoundError: No module named 'teleporter' \(shop\.py:1\)/,
    ],
    [
      'a Locust script with a syntax error',
      one('locust', 'shop.py', `${locustScript(NOWHERE)}\ndef (`),
      /the Python script cannot be loaded: SyntaxError: .*\(shop\.py:9\)/,
    ],
    ['a Locust script without users', one('locust', 'shop.py', 'import locust\n'), /No User class found/],
  ])(
    '%s fails the task before it is ready, and says why',
    { timeout: PATIENCE_MS },
    async ([_what, options, reason], context) => {
      await expectFailure(context, options, { reason, isReady: false });
    },
  );

  it('fails the task when JMeter runs out of memory', { timeout: PATIENCE_MS }, async (context) => {
    const glutton =
      '<JSR223Sampler guiclass="TestBeanGUI" testclass="JSR223Sampler" testname="glutton"><stringProp name="scriptLanguage">groovy</stringProp><stringProp name="script">def all = []; while (true) all.add(new byte[10000000])</stringProp></JSR223Sampler><hashTree/>';
    const options = one('jmeter', 'shop.jmx', jmx(glutton, { users: 1, loops: 1 }));
    const config = { modules: { jmeter: { 'memory-xmx': '128m' } } };
    const reason = /JMeter ran out of memory \(.*\)\. Give it more with modules\.jmeter\.memory-xmx/;
    await expectFailure(context, { ...options, config }, { reason, isReady: true });
  });
});

async function expectFailure(
  context: TestContext,
  options: TaurusRunOptions,
  { isReady, reason }: { isReady: boolean; reason: RegExp },
): Promise<void> {
  const { executor } = options.executions[0]!;
  const tools = executor === 'jmeter' ? ['bzt', 'java', 'jmeter'] : executor === 'k6' ? ['bzt', 'k6'] : ['bzt'];
  for (const tool of tools) needs(context, tool);
  const run = await startTaurus(context, options);
  if (isReady) await run.go();
  expect(await run.tasks[0]?.ended).toEqual({ code: 1, signal: null });
  const { done } = readDelivered(run.folder);
  expect(done).toMatchObject({ exit: 'failed', error: expect.stringMatching(reason) });
  expect(done.error).not.toContain('/tmp/');
  expect(run.folder.has('ready/local/0.json')).toBe(isReady);
  expect(run.folder.has('results/local/0.xml')).toBe(true);
}
