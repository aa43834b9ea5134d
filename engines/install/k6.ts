/** k6, built by Go from the module of a release. */
import { runProgram } from '../run-program.ts';
import type { Recipe } from './recipe.ts';
import { recipeId } from './recipe-id.ts';
import { go } from './requirements.ts';

const VERSION = '1.8.1';
const MODULE = `go.k6.io/k6@v${VERSION}`;
const BUILD = ['install', '-v', '-trimpath', '-ldflags=-s -w', MODULE];

export const k6Recipe: Recipe = {
  name: 'k6',
  title: 'k6',
  versions: { k6: VERSION },
  id: recipeId(...BUILD),
  requires: [go],
  async build(folder, progress) {
    progress.step('fetching and building it');
    await runProgram('go', BUILD, { env: { GOBIN: folder, CGO_ENABLED: '0' }, onLine: progress.line });
  },
};
