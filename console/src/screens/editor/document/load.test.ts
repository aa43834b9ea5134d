import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../../../core/scenario/read-scenario.ts';
import { applyEdit, type Edit } from './apply-edit.ts';
import { parseText } from './editable-document.ts';
import {
  addExecution,
  addStage,
  executionsOf,
  type LoadModel,
  modelOf,
  setModel,
  setShape,
  shapeOf,
  stagesOf,
} from './load.ts';

const AT = ['execution', 0];
const rest = 'scenarios: {s: {requests: [/]}}\n';
const withLoad = (load: string) =>
  `execution:\n- scenario: s\n  ${load.replaceAll('\n', '\n  ')}\n${rest.replace('/]', 'http://a.test/]')}`;

/** The execution's lines after an edit; what comes out must be a scenario that can run. */
function edited(load: string, edit: Edit): string {
  const text = applyEdit(withLoad(load), 'yaml', edit);
  readScenario({ sources: [{ name: 'x', text }] });
  return text.slice(text.indexOf('  '), text.indexOf('scenarios:')).replaceAll(/^ {2}/gm, '').trim();
}

describe('the model of a load', () => {
  it.each<[string, LoadModel, string]>([
    ['concurrency: 10 # users\nhold-for: 1m', 'iterations', 'arrival-rate: 10 # users\nhold-for: 1m'],
    ['concurrency: 10\nhold-for: 1m\niterations: 5', 'requests', 'throughput: 10\nhold-for: 1m'],
    ['iterations: 5', 'requests', 'throughput: 10\nhold-for: 1m'],
    ['throughput: 2.5\nhold-for: 1m', 'users', 'concurrency: 3\nhold-for: 1m'],
    ['throughput: 20\nconcurrency: 7\nhold-for: 1m', 'users', 'concurrency: 7\nhold-for: 1m'],
    ['arrival-rate: 20\nconcurrency: 7\nhold-for: 1m', 'requests', 'throughput: 20\nconcurrency: 7\nhold-for: 1m'],
    ['stages: [{duration: 1m, target: 5}]', 'iterations', 'stages: [{duration: 1m, target: 5}]\narrival-rate: 0'],
  ])('%j becomes %s', (load, model, expected) => {
    expect(edited(load, (document) => setModel(document, AT, model))).toBe(expected);
  });
});

describe('the course of a load', () => {
  it.each([
    [
      'concurrency: 10\nramp-up: 30s\nhold-for: 5m',
      'stages:\n- {duration: 30s, target: 10}\n- {duration: 5m, target: 10}',
    ],
    ['concurrency: 10\nhold-for: 5m', 'concurrency: 10\nstages:\n- {duration: 5m, target: 10}'],
    [
      'throughput: 5\nramp-up: 1m\nsteps: 3',
      'throughput: 0\nstages:\n- {duration: 1m, target: 5}\n- {duration: 1m, target: 5}',
    ],
  ])('%j becomes stages', (load, expected) => {
    expect(edited(load, (document) => setShape(document, AT, 'stages'))).toBe(expected);
  });

  it('becomes a ramp that is held, as high as the highest', () => {
    const load = 'stages: [{duration: 30s, target: 5}, {duration: 1m, target: 20}, {duration: 90, target: 0}]';
    expect(edited(load, (document) => setShape(document, AT, 'ramp'))).toBe(
      'concurrency: 20\nramp-up: 30s\nhold-for: 150s',
    );
  });

  it('goes there and back again', () => {
    const load = 'concurrency: 10\nramp-up: 30s\nhold-for: 5m';
    const back = edited(load, (document) => {
      setShape(document, AT, 'stages');
      setShape(document, AT, 'ramp');
    });
    expect(back).toBe('concurrency: 10\nramp-up: 30s\nhold-for: 300s');
  });

  it('gets stages as high as the last one', () => {
    const load = 'stages:\n- {duration: 30s, target: 5}';
    expect(edited(load, (document) => addStage(document, AT))).toBe(`${load}\n- {duration: 1m, target: 5}`);
  });

  it.each(['text', '[text]', '{a: b}', '[{duration: [1m], target: 5}]'])('%s is only shown in YAML', (stages) => {
    expect(stagesOf(parseText(`execution: [{stages: ${stages}}]`), AT)).toBe(null);
  });
});

describe('executions', () => {
  it('are a mapping, a list, or nothing', () => {
    expect(executionsOf(parseText('a: 1'))).toEqual([]);
    expect(executionsOf(parseText('execution: {hold-for: 1m}'))).toEqual([['execution']]);
    expect(executionsOf(parseText('execution: [{}, {}]'))).toEqual([AT, ['execution', 1]]);
  });

  it('become a list with a second one', () => {
    const text = applyEdit('execution: {hold-for: 1m} # one\n', 'yaml', (document) => addExecution(document, 's'));
    expect(executionsOf(parseText(text))).toHaveLength(2);
    expect(modelOf(parseText(text), ['execution', 1])).toBe('users');
    expect(shapeOf(parseText(text), AT)).toBe('ramp');
    expect(text).toContain('# one');
  });
});
