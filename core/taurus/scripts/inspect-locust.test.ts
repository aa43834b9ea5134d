import { describe, expect, it } from 'vitest';
import { fixture } from '../fixtures/shares.ts';
import { inspectScript } from './inspect-script.ts';

const inspect = (text: string) => inspectScript('locust', 'shop.py', text);

describe('a Locust script', () => {
  it('says whether it has a shape, and which files it opens', () => {
    expect(inspect(fixture('shop.py'))).toMatchObject({
      hasShape: true,
      shape: {
        curve: null,
        durationSeconds: null,
        usersMax: null,
        parts: ['load test shape Stairs', 'users of class Visitor'],
      },
      dataFiles: ['users.csv'],
      problems: [],
    });
  });

  it.each([
    ['class A(HttpUser):\n    pass\n', false],
    ['class A(locust.FastHttpUser):\n    pass\n', false],
    ['class S(LoadTestShape):\n    abstract = True\n    x = 1\n', false],
    ['class S(LoadTestShape):\n    abstract = True\n\nclass T(S, LoadTestShape):\n    pass\n', true],
    ['"""\nclass S(LoadTestShape):\n"""\nclass A(User):\n    pass\n', false],
    ['# class S(LoadTestShape):\n', false],
    ['from shapes import DoubleWave, BigShape\n', true],
    ['from shapes import *\n', true],
    ['from locust import *\n', false],
    ['from locust import HttpUser, LoadTestShape\nclass A(HttpUser):\r\n    pass\r\n', false],
    ['', false],
  ])('%j has a shape: %s', (text, hasShape) => {
    expect(inspect(text).hasShape).toBe(hasShape);
  });

  it.each([
    ['class A('.repeat(20_000)],
    ['"""'.repeat(30_001)],
    ['open("'.repeat(20_000)],
    [`class A(${','.repeat(50_000)}):`],
    [' '.repeat(100_000)],
  ])('does no harm: case %#', (text) => {
    expect(inspect(text).problems).toEqual([]);
  });
});
