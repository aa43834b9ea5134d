// biome-ignore-all lint/suspicious/noThenProperty: it is a keyword of scenarios.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of scenarios.
/** Whole files of the corpus, by chance: a server, and a scenario with blocks and requests of every kind. */
import fc from 'fast-check';
import { answers } from './answers-by-chance.ts';
import { corpusTextOf } from './reduce.ts';
import { files, headers, request } from './requests-by-chance.ts';
import { mapping, seldom } from './seldom.ts';
import { condition, text, variables } from './texts-by-chance.ts';

const STEPS_MAX = 12;

const { steps } = fc.letrec<{ steps: unknown[]; block: unknown }>((tie) => {
  const inside = fc.array(fc.oneof({ weight: 3, arbitrary: request }, { weight: 1, arbitrary: tie('block') }), {
    minLength: 1,
    maxLength: 3,
  });
  const leave = fc.constant({ action: 'continue' });
  return {
    steps: fc.array(fc.oneof({ weight: 4, arbitrary: request }, { weight: 1, arbitrary: tie('block') }), {
      minLength: 1,
      maxLength: STEPS_MAX,
    }),
    block: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      mapping({
        'set-variables': fc.dictionary(fc.constantFrom<string>(...variables), text, { minKeys: 1, maxKeys: 2 }),
      }),
      fc.constant({ 'include-scenario': 'part' }),
      mapping({ if: condition, then: inside, else: seldom(2, inside) }),
      mapping({ once: inside }),
      mapping({ loop: fc.constantFrom<unknown>(1, 2, 3, '${list_matchNr}', '${__P(one,1)}'), do: inside }),
      // Ends by itself: the counter of the place goes on.
      mapping({ while: fc.constant('${__jexl3(${__counter(TRUE,turns)} % 3 != 0)}'), do: inside }),
      mapping({ foreach: fc.constant('item in list'), do: inside }),
      mapping({
        transaction: fc.constantFrom('t1', 't2', 'of ${v}'),
        do: inside,
        'force-parent-sample': seldom(3, fc.boolean()),
        'include-timers': seldom(5, fc.boolean()),
      }),
      mapping({ if: condition, then: leave.map((step) => [step]) }),
      leave,
    ),
  };
});

const shared = {
  'default-address': fc.constantFrom('http://target.test', 'http://target.test/', 'http://target.test/d'),
  headers: seldom(3, headers),
  variables: seldom(2, fc.dictionary(fc.constantFrom('given', 'v', 'w'), text, { minKeys: 1, maxKeys: 2 })),
  keepalive: seldom(6, fc.boolean()),
  'follow-redirects': seldom(6, fc.boolean()),
  'content-encoding': seldom(8, fc.constantFrom('utf-8', 'iso-8859-1', 'us-ascii')),
};

/** What a user has only one of: an included scenario cannot have others. */
const ofUser = mapping({
  'store-cookie': seldom(6, fc.boolean()),
  'store-cache': seldom(4, fc.boolean()),
  'retrieve-resources': seldom(3, fc.boolean()),
  'concurrent-pool-size': fc.constant(1),
  'force-parent-sample': seldom(5, fc.boolean()),
});

const scenario = fc.record({
  own: mapping({
    ...shared,
    properties: seldom(4, fc.constant({ own: 'mine' })),
    cookies: seldom(
      6,
      fc.constantFrom(
        [{ name: 'given', value: 'g', domain: 'target.test' }],
        [{ name: 'c', value: '${v}', domain: 'target.test', path: '/d' }],
      ),
    ),
    authorization: seldom(6, fc.constant([{ url: 'http://target.test/d', name: 'u', password: 'p' }])),
    'data-sources': seldom(3, fc.constantFrom<unknown>(['rows.csv'], [{ path: 'rows.csv', loop: false }])),
  }),
  part: mapping({
    ...shared,
    'default-address': seldom(2, shared['default-address']),
    requests: fc.array(request, { minLength: 1, maxLength: 3 }),
  }),
  ofUser,
  steps,
});

/** The text of a file of the corpus. */
export const corpusText: fc.Arbitrary<string> = fc
  .record({
    answers,
    scenario,
    iterations: fc.constantFrom(1, 2, 3),
    properties: seldom(4, fc.constant({ prop: 'given' })),
  })
  .map(({ answers: given, scenario: { own, part, ofUser: user, steps: requests }, iterations, properties }) =>
    corpusTextOf([
      { shows: 'What was made up.', answers: given, files },
      {
        execution: [{ iterations, scenario: 's' }],
        scenarios: { s: { ...own, ...user, requests }, part: { ...part, ...user } },
        ...(properties === undefined ? {} : { modules: { jmeter: { properties } } }),
      },
    ]),
  );
