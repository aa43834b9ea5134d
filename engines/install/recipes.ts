/** All that can be installed. */
import type { EngineName } from '../engine-program.ts';
import { jmeterRecipe } from './jmeter.ts';
import { k6Recipe } from './k6.ts';
import type { InstalledName, Recipe } from './recipe.ts';
import { taurusRecipe } from './taurus.ts';

export const recipes: Readonly<Record<InstalledName, Recipe>> = {
  taurus: taurusRecipe,
  jmeter: jmeterRecipe,
  k6: k6Recipe,
};

/** What installs the engine. */
export function recipeOf(name: EngineName): Recipe {
  return recipes[name === 'locust' ? 'taurus' : name];
}
