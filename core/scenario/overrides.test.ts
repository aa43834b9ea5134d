import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../errors.ts';
import { copyOf, type TaurusMapping } from '../input/value.ts';
import { applyOverride } from './overrides.ts';

const CONFIG: TaurusMapping = {
  execution: [{ concurrency: 1n, scenario: 's' }],
  scenarios: { s: { requests: ['http://a/', { url: 'http://b/' }], timeout: '5s' }, '1': { requests: [] } },
  empty: null,
};

function overridden(key: string, value: string, config: TaurusMapping = CONFIG): TaurusMapping {
  const copy = copyOf(config) as TaurusMapping;
  applyOverride(copy, { key, value });
  return copy;
}

describe('applyOverride', () => {
  it.each([
    ['execution.0.concurrency', '5', { execution: [{ concurrency: 5n, scenario: 's' }] }],
    ['execution.concurrency', '5', { execution: [{ concurrency: 5n, scenario: 's' }] }],
    ['execution.0.hold-for', '1m', { execution: [{ concurrency: 1n, scenario: 's', 'hold-for': '1m' }] }],
    ['execution.-1.scenario', 't', { execution: [{ concurrency: 1n, scenario: 's' }, { scenario: 't' }] }],
    ['execution.1.scenario', 't', { execution: [{ concurrency: 1n, scenario: 's' }, { scenario: 't' }] }],
    ['execution', '{scenario: t}', { execution: { scenario: 't' } }],
    [
      'scenarios.s.timeout',
      '',
      { scenarios: { s: { requests: ['http://a/', { url: 'http://b/' }], timeout: null }, '1': { requests: [] } } },
    ],
    [
      'scenarios.s.requests.1.url',
      'http://c/',
      { scenarios: { s: { requests: ['http://a/', { url: 'http://c/' }], timeout: '5s' }, '1': { requests: [] } } },
    ],
    [
      'scenarios.s.requests.-1',
      '/d',
      {
        scenarios: { s: { requests: ['http://a/', { url: 'http://b/' }, '/d'], timeout: '5s' }, '1': { requests: [] } },
      },
    ],
    [
      'scenarios.s.requests.^0',
      '',
      { scenarios: { s: { requests: [{ url: 'http://b/' }], timeout: '5s' }, '1': { requests: [] } } },
    ],
    [
      'scenarios.s.requests.^-1',
      '',
      { scenarios: { s: { requests: ['http://a/'], timeout: '5s' }, '1': { requests: [] } } },
    ],
    ['scenarios.s.requests.^7', '', {}],
    [
      'scenarios.s.^timeout',
      '',
      { scenarios: { s: { requests: ['http://a/', { url: 'http://b/' }] }, '1': { requests: [] } } },
    ],
    ['scenarios.s.^nothing', '', {}],
    [
      'scenarios.1.timeout',
      '1s',
      {
        scenarios: {
          s: { requests: ['http://a/', { url: 'http://b/' }], timeout: '5s' },
          '1': { requests: [], timeout: '1s' },
        },
      },
    ],
    ['reporting.0.criteria.0', 'p95>1s', { reporting: [{ criteria: ['p95>1s'] }] }],
    ['loadstar.regions.eu-west-1.tasks', '3', { loadstar: { regions: { 'eu-west-1': { tasks: 3n } } } }],
    ['empty.a.0', 'x', { empty: { a: ['x'] } }],
    ['a.b', 'c=d', { a: { b: 'c=d' } }],
  ])('sets %s to %s', (key, value, changed) => {
    expect(overridden(key, value)).toEqual({ ...CONFIG, ...changed });
  });

  it('finds the one execution that is written as a mapping', () => {
    const config = { execution: { concurrency: 1n } };
    expect(overridden('execution.concurrency', '5', config)).toEqual({ execution: { concurrency: 5n } });
    expect(overridden('execution.0.concurrency', '5', config)).toEqual({ execution: { concurrency: 5n } });
    expect(overridden('execution.0', '{scenario: s}', config)).toEqual({ execution: { scenario: 's' } });
  });

  it.each([
    ['execution.5.concurrency', 'index 5 is beyond the end of a list of 1'],
    ['execution.999999999.x', 'index 999999999 is beyond the end of a list of 1'],
    ['scenarios.s.requests.url', 'url is looked for in a list of 2: write its index there, from 0'],
    ['scenarios.s.requests.^url', 'url is not an index of a list'],
    ['scenarios.s.timeout.x', 'timeout is "5s", which has no parts'],
    ['', 'its key is empty, or has an empty part between two dots'],
    ['a..b', 'its key is empty, or has an empty part between two dots'],
    ['a.^', 'its key is empty, or has an empty part between two dots'],
    ['__proto__.x', 'the key __proto__ is not allowed'],
    ['a.__proto__', 'the key __proto__ is not allowed'],
    ['a.^__proto__', 'the key __proto__ is not allowed'],
    ['a.*b', '*b is not supported here; name each value by its whole key'],
    ['^a.b', '^a is not supported here; name each value by its whole key'],
  ])('refuses %j', (key, message) => {
    let thrown: unknown;
    try {
      overridden(key, '1');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(LoadstarError);
    expect(thrown).toMatchObject({ code: 'option_invalid', fields: [{ path: key, message }] });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('takes only index 0 of the one that is written as a mapping', () => {
    expect(() => overridden('execution.1.concurrency', '5', { execution: {} })).toThrow('its index is 0');
  });

  it('names the index when there are several executions', () => {
    expect(() => overridden('execution.concurrency', '5', { execution: [{}, {}] })).toThrow(
      'write its index there, from 0',
    );
  });
});
