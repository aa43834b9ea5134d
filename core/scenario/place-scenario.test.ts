import { describe, expect, it } from 'vitest';
import { LoadstarError } from '../errors.ts';
import { MINIMAL, read } from './fixtures/texts.ts';
import { placeScenario } from './place-scenario.ts';
import { scenarioSchema } from './scenario.ts';

const { scenario } = read(`${MINIMAL}loadstar: {regions: {eu: 2, us: 4}}`);
const shared = read(`${MINIMAL}loadstar: {regions: {eu: {tasks: 2, share: 9}, us: {tasks: 4, share: 1}}}`).scenario;

describe('placeScenario', () => {
  it.each([
    [{}, { eu: { tasks: 2, share: 2 }, us: { tasks: 4, share: 4 } }],
    [{ tasks: 3 }, { eu: { tasks: 3, share: 3 }, us: { tasks: 3, share: 3 } }],
    [{ regions: ['us'] }, { us: { tasks: 4, share: 4 } }],
    [{ regions: ['us', 'ap'] }, { us: { tasks: 4, share: 4 }, ap: { tasks: 1, share: 1 } }],
    [
      { regions: ['a', 'b'], tasks: 5 },
      { a: { tasks: 5, share: 5 }, b: { tasks: 5, share: 5 } },
    ],
    [{ regions: ['constructor'] }, { constructor: { tasks: 1, share: 1 } }],
  ])('with %j', (placement, regions) => {
    const placed = placeScenario(scenario, placement);
    expect(placed.regions).toEqual(regions);
    expect(scenarioSchema.safeParse(placed).success).toBe(true);
    expect(placed.flows).toBe(scenario.flows);
  });

  it('keeps shares that were given', () => {
    expect(placeScenario(shared, { tasks: 3, regions: ['eu', 'us', 'ap'] }).regions).toEqual({
      eu: { tasks: 3, share: 9 },
      us: { tasks: 3, share: 1 },
      ap: { tasks: 3, share: 3 },
    });
  });

  it('leaves the scenario as it was', () => {
    placeScenario(scenario, { tasks: 9 });
    expect(scenario.regions).toEqual({ eu: { tasks: 2, share: 2 }, us: { tasks: 4, share: 4 } });
  });

  it.each([
    [{ tasks: 0 }, '--tasks: 0 is not a whole number from 1 to 10000'],
    [{ tasks: 1.5 }, '--tasks: 1.5 is not a whole number from 1 to 10000'],
    [{ tasks: Number.NaN }, '--tasks: NaN is not a whole number from 1 to 10000'],
    [{ tasks: 10_001 }, '--tasks: 10001 is not a whole number from 1 to 10000'],
    [{ tasks: 6_000 }, '--tasks: 12000 tasks over 2 regions are more than 10000'],
    [{ regions: [] }, '--regions: 0 regions were named; 1 to 50 are possible'],
    [
      { regions: Array.from({ length: 51 }, (_, index) => `r${index}`) },
      '--regions: 51 regions were named; 1 to 50 are possible',
    ],
    [{ regions: ['a', 'a'] }, '--regions: a is named twice'],
    [
      { regions: ['A b'] },
      `--regions: "A b" is not a region's name: lower case letters, digits and dashes inside, at most 63`,
    ],
    [
      { regions: ['../x'] },
      `--regions: "../x" is not a region's name: lower case letters, digits and dashes inside, at most 63`,
    ],
  ])('refuses case %#', (placement, message) => {
    let thrown: unknown;
    try {
      placeScenario(scenario, placement);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(LoadstarError);
    expect(thrown).toMatchObject({ code: 'option_invalid', message });
  });
});
