import { expect, it } from 'vitest';
import { makePlan } from '../plan/make-plan.ts';
import { readScenario } from '../scenario/read-scenario.ts';
import { isClosedWithoutThinkTime } from './generator-report.ts';

it.each([
  ['execution: {script: a.jmx}', true],
  ['execution: {script: a.jmx, concurrency: 5, hold-for: 5}', true],
  ['execution: {script: a.jmx, throughput: 5, hold-for: 5}', false],
  ['execution: {scenario: {requests: ["http://127.0.0.1/"]}}', true],
  ['execution: {scenario: {requests: ["http://127.0.0.1/"], think-time: 1s}}', false],
])('says of %s whether its users may take all of the CPU: %s', (text, expected) => {
  const { scenario } = readScenario({ sources: [{ name: 's.yml', text }] });
  expect(isClosedWithoutThinkTime(makePlan(scenario, { runId: 'r' }))).toBe(expected);
});
