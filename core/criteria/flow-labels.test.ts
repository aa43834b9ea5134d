// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of the scenarios.
import { expect, it } from 'vitest';
import { flowOf, requestStep } from '../scenario/fixtures/flows.ts';
import { flowLabels, labelWithoutText } from './flow-labels.ts';

const withLabels = (...labels: string[]) =>
  flowOf(
    'f',
    labels.map((label) => requestStep({ label })),
  );

it.each([
  ['home', 'home', true],
  ['home', 'home page', false],
  ['item ${id}', 'item 5', true],
  ['item ${id}', 'item ', true],
  ['item ${id}', 'an item 5', false],
  ['${a} of ${b}', 'one of two', true],
  ['${a} of ${b}', 'one', false],
  ['${a}/x/${b}/x', '/x/x', false],
  ['${a}/x/${b}/x', '/x//x', true],
  ['page ${__Random(1,${max})} end', 'page 7 end', true],
  ['page ${__Random(1,${max})} end', 'page 7)} ends', false],
  ['aa${b}aa', 'aaa', false],
  ['not closed ${', 'not closed ${', true],
])('label %j may be counted as %j: %s', (label, counted, isOwn) => {
  const own = flowLabels(withLabels('another', label));
  expect([own(counted), own(counted)]).toEqual([isOwn, isOwn]);
});

it('knows the labels of steps in blocks, and of transactions', () => {
  const own = flowLabels(
    flowOf('f', [
      {
        kind: 'transaction',
        label: 'buy',
        isParent: false,
        includesThinkTime: false,
        steps: [requestStep({ label: 'pay' })],
      },
      { kind: 'while', condition: 'true', steps: [requestStep({ label: 'leave' })] },
    ]),
  );
  expect(['buy', 'pay', 'leave', 'other'].map(own)).toEqual([true, true, true, false]);
});

it('finds labels that may be any text', () => {
  expect(labelWithoutText(withLabels('home', '${a} ${b}'))).toBe('${a} ${b}');
  expect(labelWithoutText(withLabels('home', 'x${a}'))).toBeNull();
});
