import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

interface Locked {
  optionalDependencies?: Record<string, string>;
}

/** npm ci refuses a lock file that leaves some of them out, and npm install then never gets them where they are needed. */
it('the lock file names the packages of all platforms', () => {
  const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !placesFor(path, name).some((place) => Object.hasOwn(packages, place)))
      .map((name) => `${name} of ${path}`),
  );
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(missing).toEqual([]);
});

/** Where Node looks for a package from another one. */
function placesFor(path: string, name: string): string[] {
  const above = path.lastIndexOf('node_modules/');
  const own = path === '' ? `node_modules/${name}` : `${path}/node_modules/${name}`;
  return above < 0 ? [own] : [own, ...placesFor(path.slice(0, above).replace(/\/$/, ''), name)];
}
