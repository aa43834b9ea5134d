import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../errors.ts';
import { Problems, pathText } from './problems.ts';

function thrownBy(action: () => void): LoadstarError {
  try {
    action();
  } catch (error) {
    if (error instanceof LoadstarError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('pathText', () => {
  it.each([
    [[], ''],
    [['execution', 0, 'ramp-up'], 'execution[0].ramp-up'],
    [['scenarios', 's', 'requests', 2, 'extract-jsonpath'], 'scenarios.s.requests[2].extract-jsonpath'],
    [['scenarios', 'my scenario', 'headers'], 'scenarios["my scenario"].headers'],
    [['scenarios', 'a.b'], 'scenarios["a.b"]'],
    [['scenarios', ''], 'scenarios[""]'],
  ])('writes %j as %s', (path, text) => {
    expect(pathText(path)).toBe(text);
  });
});

describe('Problems', () => {
  it('throws nothing when there is nothing wrong', () => {
    new Problems().throwIfAny('scenario_invalid', 'a.yml');
  });

  it('throws all of them at once, the first in the message', () => {
    const problems = new Problems();
    problems.add(['a', 0], 'is wrong');
    problems.add(['b'], 'is missing');
    const error = thrownBy(() => problems.throwIfAny('scenario_invalid', 'a.yml'));
    expect(error.code).toBe('scenario_invalid');
    expect(error.message).toBe('a.yml is not valid: a[0]: is wrong (and 1 more)');
    expect(error.fields).toEqual([
      { path: 'a[0]', message: 'is wrong' },
      { path: 'b', message: 'is missing' },
    ]);
  });

  it('lists a hundred and counts the rest', () => {
    const problems = new Problems();
    for (let index = 0; index < 250; index++) problems.add([index], 'is wrong');
    const { fields } = thrownBy(() => problems.throwIfAny('scenario_invalid', 'a.yml'));
    expect(fields.length).toBe(101);
    expect(fields.at(-1)?.message).toBe('and 150 more');
  });

  it('warns once of the same thing', () => {
    const problems = new Problems();
    problems.warn('x');
    problems.warn('x');
    expect(problems.warnings).toEqual(['x']);
  });
});
