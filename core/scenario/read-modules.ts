/** The rest of a Taurus file: `reporting` and `services` (pass/fail criteria), `settings`, `provisioning`. */

import type { Criterion } from '../criteria/criterion.ts';
import { readCriteria } from '../criteria/parse-criterion.ts';
import { notSupported, readMapping } from '../input/keywords.ts';
import { didYouMean } from '../input/near-spelling.ts';
import type { Path, Problems } from '../input/problems.ts';
import { describe, isMapping, type TaurusMapping, type TaurusValue, valueAt } from '../input/value.ts';
import { readProperties } from './read-flow.ts';
import { isTlsProperty, readKeyStore } from './read-tls.ts';
import type { TlsSettings } from './scenario.ts';
import {
  ignoredModules,
  jmeterModuleKeywords,
  passfailKeywords,
  refusedModules,
  settingsKeywords,
} from './taurus-schema.ts';

/** The criteria of all `passfail` entries, `reporting` first. All that is wrong is in `problems`. */
export function readModuleCriteria(reporting: TaurusValue[], services: TaurusValue[], problems: Problems): Criterion[] {
  return [
    ...reporting.flatMap((item, index) => readModule(item, ['reporting', index], problems)),
    ...services.flatMap((item, index) => readModule(item, ['services', index], problems)),
  ];
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

/** Returns `default-executor`, which is looked at by whoever runs it. */
export function readSettings(settings: TaurusMapping, provisioning: string, problems: Problems): string | null {
  const read = readMapping(settings, settingsKeywords, ['settings'], problems) ?? {};
  if (read.aggregator !== undefined && read.aggregator !== 'consolidator') {
    problems.add(['settings', 'aggregator'], notSupported('leave it out or write consolidator'));
  }
  if (provisioning !== 'local') {
    problems.add(
      ['provisioning'],
      `${describe(provisioning)} is not supported: loadstar.regions says where it runs; write local, or leave it out`,
    );
  }
  return read['default-executor'] ?? null;
}

export interface ModulesRead {
  /** What `__P` reads. */
  properties: Record<string, string>;
  /** The key store of JMeter. */
  client: TlsSettings['client'];
}

/** `modules`: of JMeter's, the properties; what else is there tunes Taurus and its tools, or is refused. */
export function readModules(modules: TaurusMapping, problems: Problems): ModulesRead {
  const local = valueAt(modules, 'local');
  if (isMapping(local) && local.sequential === true) {
    problems.add(['modules', 'local', 'sequential'], notSupported('write the delay of each execution'));
  }
  const path = ['modules', 'jmeter'];
  const jmeter = valueAt(modules, 'jmeter') ?? null;
  if (jmeter !== null && !isMapping(jmeter)) problems.add(path, `${describe(jmeter)} is not a mapping`);
  const mappingAt = (keyword: string): TaurusMapping => {
    const value = isMapping(jmeter) ? (valueAt(jmeter, keyword) ?? null) : null;
    if (value !== null && !isMapping(value)) problems.add([...path, keyword], `${describe(value)} is not a mapping`);
    return isMapping(value) ? value : {};
  };
  const known: readonly string[] = jmeterModuleKeywords;
  const others = Object.keys(modules).filter((name) => name !== 'jmeter');
  const tuning = isMapping(jmeter) ? Object.keys(jmeter).filter((keyword) => !known.includes(keyword)) : [];
  if (others.length > 0 || tuning.length > 0) {
    problems.warn('Of modules, only the properties of jmeter are read; the rest makes no difference here');
  }
  const system = mappingAt('system-properties');
  const readable = Object.fromEntries(Object.entries(system).filter(([name]) => !isTlsProperty(name)));
  return {
    // A JVM's system properties and JMeter's own are looked up together; its own win.
    properties: {
      ...readProperties(readable, [...path, 'system-properties'], problems),
      ...readProperties(mappingAt('properties'), [...path, 'properties'], problems),
    },
    client: readKeyStore(system, [...path, 'system-properties'], problems),
  };
}
