/** The rest of a Taurus file: `reporting` and `services` (pass/fail criteria), `settings`, `provisioning`. */

import type { Criterion } from '../criteria/criterion.ts';
import { readCriteria } from '../criteria/parse-criterion.ts';
import { notSupported, readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import type { Path, Problems } from '../input/problems.ts';
import { describe, isMapping, type TaurusMapping, type TaurusValue } from '../input/value.ts';
import { limits } from '../limits.ts';
import { checkExecutor } from './read-executions.ts';
import { ignoredModules, passfailKeywords, refusedModules, settingsKeywords } from './taurus-schema.ts';

/** The criteria of all `passfail` entries, `reporting` first. All that is wrong is in `problems`. */
export function readModuleCriteria(reporting: TaurusValue[], services: TaurusValue[], problems: Problems): Criterion[] {
  const criteria = [
    ...reporting.flatMap((item, index) => readModule(item, ['reporting', index], problems)),
    ...services.flatMap((item, index) => readModule(item, ['services', index], problems)),
  ];
  if (criteria.length > limits.criteriaMax) {
    problems.add(['reporting'], `${criteria.length} criteria in all are more than ${limits.criteriaMax}`);
  }
  return criteria;
}

function readModule(value: TaurusValue, path: Path, problems: Problems): Criterion[] {
  const name = isMapping(value) ? value.module : value;
  const namePath = isMapping(value) ? [...path, 'module'] : path;
  if (typeof name !== 'string') {
    problems.add(namePath, name === undefined ? 'is missing' : `${describe(name)} is not the name of a module`);
    return [];
  }
  if (name === 'passfail') {
    const read = readMapping(isMapping(value) ? value : {}, passfailKeywords, path, problems);
    return read?.criteria === undefined ? [] : readCriteria(read.criteria, [...path, 'criteria'], problems);
  }
  if (ignoredModules.has(name)) {
    problems.warn(`The module ${name} makes no difference here: Loadstar writes its own reports`);
  } else if (refusedModules.includes(name)) {
    problems.add(namePath, `${name}: ${notSupported('')}`);
  } else {
    problems.add(
      namePath,
      `${describe(name)} is not a module${didYouMean(name, ['passfail', ...ignoredModules, ...refusedModules])}`,
    );
  }
  return [];
}

export function checkSettings(settings: TaurusMapping, provisioning: string, problems: Problems): void {
  const read = readMapping(settings, settingsKeywords, ['settings'], problems) ?? {};
  const executor = read['default-executor'];
  if (executor !== undefined) checkExecutor(executor, ['settings', 'default-executor'], problems);
  if (read.aggregator !== undefined && read.aggregator !== 'consolidator') {
    problems.add(['settings', 'aggregator'], notSupported('leave it out or write consolidator'));
  }
  if (provisioning !== 'local') {
    problems.add(
      ['provisioning'],
      `${describe(provisioning)} is not supported: loadstar.regions says where it runs; write local, or leave it out`,
    );
  }
}
