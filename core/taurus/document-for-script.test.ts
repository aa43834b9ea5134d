import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenario } from '../scenario/read-scenario.ts';
import { documentForScript, executorOfScript } from './document-for-script.ts';

const read = (text: string) => readScenario({ sources: [{ name: 'x.yml', text }] });

describe('the document of a script', () => {
  it.each([
    ['shop.jmx', 'jmeter'],
    ['in/load.ts', 'k6'],
    ['load.mjs', 'k6'],
    ['LOCUSTFILE.PY', 'locust'],
    ['notes.txt', null],
    ['constructor', null],
  ])('is of the tool for %s: %s', (path, executor) => {
    expect(executorOfScript(path)).toBe(executor);
  });

  it('keeps the load of the script, or sets one', () => {
    const own = read(documentForScript({ script: 'tests/shop.jmx', executor: 'jmeter' }));
    expect(own).toMatchObject({
      scenario: { name: 'shop', taurus: { executions: [{ script: 'tests/shop.jmx', load: null }] } },
    });
    expect(own.files).toEqual(['tests/shop.jmx']);
    const load = { concurrency: 20, rampUp: '1m', holdFor: '5m', throughput: 7.5, iterations: 3 };
    const set = read(documentForScript({ script: 'a.jmx', executor: 'jmeter', name: 'Night', load }));
    expect(set.scenario).toMatchObject({
      name: 'Night',
      taurus: { executions: [{ load: { concurrency: 20, rampUpSeconds: 60, holdForSeconds: 300, throughput: 7.5 } }] },
    });
  });

  it('says what is wrong with a load where it stands', () => {
    const text = documentForScript({
      script: 'a.py',
      executor: 'locust',
      load: { concurrency: 1, rampUp: 'soon', holdFor: '1m' },
    });
    expect(() => read(text)).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ path: 'execution[0].ramp-up' })] }),
    );
  });

  it.each([
    [' .jmx', '.jmx'],
    ['in/^ .jmx', '^'],
    ['$a.jmx', '$a'],
    ['__proto__.jmx', '__proto__'],
  ])('has a name, and a key that Taurus takes for nothing else: %j', (script, name) => {
    const { files, scenario } = read(documentForScript({ script, executor: 'jmeter' }));
    expect({ files, name: scenario.name }).toEqual({ files: [script], name });
  });

  it('is read as it was meant, whatever the script is called', () => {
    const word = fc
      .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
      .filter((text) => /^[^/\\\p{C}$]+$/u.test(text) && !/^[.~]|\.$/.test(text));
    fc.assert(
      fc.property(word, (name) => {
        const script = `${name}.jmx`;
        expect(read(documentForScript({ script, executor: 'jmeter' })).files).toEqual([script]);
      }),
      { numRuns: 300 },
    );
  });
});
