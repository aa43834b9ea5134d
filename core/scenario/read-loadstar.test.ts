import { describe, expect, it } from 'vitest';
import { MINIMAL, problemsOf, read } from './fixtures/texts.ts';

const scenarioOf = (loadstar: string) => read(`${MINIMAL}loadstar: ${loadstar}`).scenario;

describe('loadstar', () => {
  it('has defaults', () => {
    expect(read(MINIMAL).scenario).toMatchObject({
      version: 1,
      name: 'shop',
      tags: [],
      regions: { local: { tasks: 1, share: 1 } },
      healthyThresholdPercent: 90,
      live: true,
    });
  });

  it('is read', () => {
    expect(
      scenarioOf(
        '{version: 1, name: Shop, description: "What visitors do\\non Mondays", tags: [a, b, a, 5], live: no, healthyThreshold: 75, regions: {eu-west-1: {tasks: 3, share: 5}, us: {tasks: 2}, local: , x: 4}}',
      ),
    ).toMatchObject({
      name: 'Shop',
      description: 'What visitors do\non Mondays',
      tags: ['a', 'b', '5'],
      live: false,
      healthyThresholdPercent: 75,
      regions: {
        'eu-west-1': { tasks: 3, share: 5 },
        us: { tasks: 2, share: 2 },
        local: { tasks: 1, share: 1 },
        x: { tasks: 4, share: 4 },
      },
    });
  });

  it('takes regions as a list', () => {
    expect(scenarioOf('{regions: [a, {name: b, tasks: 2, share: 3}]}').regions).toEqual({
      a: { tasks: 1, share: 1 },
      b: { tasks: 2, share: 3 },
    });
  });

  it('takes the size of tasks', () => {
    const sizeOf = (text: string) => scenarioOf(`{task-size: ${text}}`).taskSize;
    expect(sizeOf('{vcpu: 2, memory-gb: 4}')).toEqual({ vcpu: 2, memoryMb: 4096 });
    expect(sizeOf('{vcpu: 0.25, memory-gb: 0.5}')).toEqual({ vcpu: 0.25, memoryMb: 512 });
    expect(sizeOf('{vcpu: 16, memory-gb: 120}')).toEqual({ vcpu: 16, memoryMb: 122_880 });
    expect(sizeOf('{vcpu: 4}')).toEqual({ vcpu: 4, memoryMb: 8192 });
    expect(scenarioOf('{spot: true}').spot).toBe(true);
    expect(scenarioOf('{}')).not.toHaveProperty('taskSize');
    expect(scenarioOf('{}')).not.toHaveProperty('spot');
  });

  it.each([
    ['{healthy-threshold: 50}', 50],
    ['{healthyThreshold: 0}', 0],
    ['{healthyThreshold: "99.5%"}', 99.5],
    ['{healthyThreshold: 33.3}', 33.3],
  ])('takes %s', (loadstar, percent) => {
    expect(scenarioOf(loadstar).healthyThresholdPercent).toBe(percent);
  });

  it.each([
    ['5', 'loadstar: 5 is not a mapping'],
    ['{version: 2}', 'loadstar.version: the file has format 2, this Loadstar reads up to 1: update Loadstar'],
    ['{version: 0}', 'loadstar.version: 0 is not a version: write 1'],
    ['{version: "1"}', 'loadstar.version: "1" is not a version: write 1'],
    ['{version: 1.5}', 'loadstar.version: 1.5 is not a version: write 1'],
    ['{name: ""}', 'loadstar.name: is empty'],
    ['{name: "a\\nb"}', 'loadstar.name: holds a control character (such as a line break)'],
    [`{name: ${'x'.repeat(201)}}`, 'loadstar.name: is longer than 200 characters'],
    [`{description: ${'x'.repeat(2_001)}}`, 'loadstar.description: is longer than 2000 characters'],
    ['{nmae: x}', 'loadstar.nmae: not a keyword of loadstar; did you mean name?'],
    ['{tags: a}', 'loadstar.tags: "a" is not a list'],
    ['{tags: [a, ""]}', 'loadstar.tags[1]: is empty'],
    ['{tags: [[a]]}', 'loadstar.tags[0]: a list is not a text'],
    [`{tags: [${'x'.repeat(201)}]}`, 'loadstar.tags[0]: is longer than 200 characters'],
    [`{tags: [${Array.from({ length: 21 }, (_, tag) => tag).join(', ')}]}`, 'loadstar.tags: 21 tags are more than 20'],
    ['{live: 1}', 'loadstar.live: 1 is neither true nor false'],
    ['{healthyThreshold: 101}', 'loadstar.healthyThreshold: 101 is not a percentage from 0 to 100'],
    ['{healthy-threshold: -1}', 'loadstar.healthy-threshold: -1 is not a percentage from 0 to 100'],
    ['{healthyThreshold: most}', 'loadstar.healthyThreshold: "most" is not a percentage from 0 to 100'],
    ['{healthyThreshold: 5, healthy-threshold: 5}', 'loadstar.healthyThreshold: stands here in both spellings'],
    ['{task-size: 2}', 'loadstar.task-size: 2 is not a mapping'],
    ['{task-size: {}}', 'loadstar.task-size.vcpu: is missing: the vCPUs of a task'],
    [
      '{task-size: {cpu: 2, vcpu: 2}}',
      'loadstar.task-size.cpu: not a keyword of loadstar.task-size; did you mean vcpu?',
    ],
    ['{task-size: {vcpu: much}}', 'loadstar.task-size.vcpu: "much" is not a number above 0'],
    ['{task-size: {vcpu: 2, memory-gb: -4}}', 'loadstar.task-size.memory-gb: -4 is not a number above 0'],
    [
      '{task-size: {vcpu: 3, memory-gb: 8}}',
      'loadstar.task-size: there are no tasks with 3 vCPU, only with 0.25, 0.5, 1, 2, 4, 8, 16',
    ],
    [
      '{task-size: {vcpu: 2, memory-gb: 4.5}}',
      'loadstar.task-size: a task with 2 vCPU has 4 to 16 GB of memory, not 4.5 GB',
    ],
    [
      '{task-size: {vcpu: 8, memory-gb: 18}}',
      'loadstar.task-size: a task with 8 vCPU has 16 to 60 GB of memory, in steps of 4 GB, not 18 GB',
    ],
    [
      '{task-size: {vcpu: 0.25, memory-gb: 1.5}}',
      'loadstar.task-size: a task with 0.25 vCPU has 0.5, 1 or 2 GB of memory, not 1.5 GB',
    ],
    ['{spot: maybe}', 'loadstar.spot: "maybe" is neither true nor false'],
    ['{regions: 5}', 'loadstar.regions: 5 is neither a mapping of regions nor a list of them'],
    ['{regions: {}}', 'loadstar.regions: is empty: leave it out to run one task here'],
    [
      '{regions: {EU: 1}}',
      `loadstar.regions.EU: "EU" is not a region's name: lower case letters, digits and dashes inside, at most 63`,
    ],
    [
      '{regions: {../x: 1}}',
      `loadstar.regions["../x"]: "../x" is not a region's name: lower case letters, digits and dashes inside, at most 63`,
    ],
    ['{regions: [a, a]}', 'loadstar.regions[1]: a stands here twice'],
    [
      '{regions: [{tasks: 1}]}',
      `loadstar.regions[0]: nothing is not a region's name: lower case letters, digits and dashes inside, at most 63`,
    ],
    ['{regions: {a: {name: b}}}', 'loadstar.regions.a.name: the region has its name already: its key'],
    ['{regions: {a: {tasks: 0}}}', 'loadstar.regions.a.tasks: must be at least 1'],
    ['{regions: {a: 1.5}}', 'loadstar.regions.a: 1.5 is not a region: a mapping of keywords is expected'],
    ['{regions: {a: {task: 1}}}', 'loadstar.regions.a.task: not a keyword of a region; did you mean tasks?'],
    ['{regions: {a: {share: 10001}}}', 'loadstar.regions.a.share: 10001 is more than 10000'],
    ['{regions: {a: 9000, b: 1001}}', 'loadstar.regions: 10001 tasks in all are more than 10000'],
    [
      `{regions: [${Array.from({ length: 51 }, (_, region) => `r${region}`).join(', ')}]}`,
      'loadstar.regions: 51 regions are more than 50',
    ],
  ])('says what is wrong with %s', (loadstar, problem) => {
    expect(problemsOf(`${MINIMAL}loadstar: ${loadstar}`)).toEqual([problem]);
  });
});
