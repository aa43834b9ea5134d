import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorTable, LoadstarError } from '../errors.ts';
import { problemOf, problemSchema } from './problem.ts';

describe('problemOf', () => {
  it('tells what is wrong, where, and what to do', () => {
    const error = new LoadstarError('scenario_invalid', 'The scenario is wrong.', {
      fields: [{ path: 'execution[0].ramp-up', message: 'is no time' }],
      cause: new Error('secret'),
    });
    expect(problemOf(error, 'request-1')).toEqual({
      type: 'urn:loadstar:error:scenario_invalid',
      title: 'Scenario invalid',
      status: 422,
      detail: 'The scenario is wrong.',
      instance: 'urn:loadstar:request:request-1',
      code: 'scenario_invalid',
      hint: errorTable.scenario_invalid.hint,
      fields: [{ path: 'execution[0].ramp-up', message: 'is no time' }],
    });
  });

  it.each([
    new Error('secret'),
    'secret',
    { message: 'secret' },
    null,
    undefined,
    new LoadstarError('internal', 'secret'),
  ])('makes an internal problem of %j', (error) => {
    const problem = problemOf(error, 'request-1');
    expect(problem).toMatchObject({ code: 'internal', status: 500, detail: expect.stringContaining('request-1') });
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it.each(Object.keys(errorTable) as ErrorCode[])('gives nothing of the inside away: %s', (code) => {
    const fields = [{ path: 'secret', message: 'secret' }];
    const problem = problemOf(new LoadstarError(code, 'secret', { fields }), 'request-1');
    expect(problemSchema.parse(problem)).toMatchObject({ code, status: errorTable[code].status });
    expect(JSON.stringify(problem).includes('secret')).toBe(errorTable[code].status < 500);
  });
});
