/** The goldens are still what real Taurus and JMeter do: a few are recorded again. */
import { describe, expect, it } from 'vitest';
import { needs } from '../tools/needs.ts';
import { corpusSource } from './corpus-file.ts';
import { readGolden } from './golden-file.ts';
import { runTaurus } from './run-taurus.ts';

/** Each takes some seconds; together they touch bodies, cookies, redirects, extraction, blocks, and every plugin that plans of bzt's need. */
const names = ['assert-jsonpath', 'blocks-nested', 'flow-shop', 'load-hold'];

describe('real Taurus', () => {
  it.for(names)('does to the target what is recorded: %s', { timeout: 180_000 }, async (name, context) => {
    const tools = { python: needs(context, 'bzt'), jmeter: needs(context, 'jmeter') };
    expect(await runTaurus(corpusSource(name), tools)).toEqual(readGolden(name));
  });
});
