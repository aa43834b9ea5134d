/** What an assertion asks for, in words: as the scenario has it, nothing filled in. */
import type { Assertion } from '../../core/scenario/scenario.ts';

const subjects = { body: 'body', headers: 'head', 'http-code': 'response code' } as const;

export function describeAssertion(assertion: Assertion): string {
  switch (assertion.kind) {
    case 'contains': {
      const { contains, not, regexp, subject } = assertion;
      const shown = contains.map((text) => (regexp ? `/${text}/` : JSON.stringify(text))).join(' and ');
      const verb = regexp ? (not ? 'does not match' : 'matches') : not ? 'does not contain' : 'contains';
      return `${subjects[subject]} ${verb} ${shown}`;
    }
    case 'jsonpath': {
      const { expectNull, expectedValue, invert, jsonpath, regexp } = assertion;
      const value =
        expectedValue === null ? 'something' : regexp ? `/${expectedValue}/` : JSON.stringify(expectedValue);
      return `JSONPath ${jsonpath} ${invert ? 'does not find' : 'finds'} ${expectNull ? 'null' : value}`;
    }
    case 'xpath':
      return `XPath ${assertion.xpath} ${assertion.invert ? 'finds nothing' : 'finds something'}`;
  }
}
