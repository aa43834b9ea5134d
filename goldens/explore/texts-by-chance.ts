// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are variables of scenarios.
/** Texts of scenarios, by chance: plain and odd ones, with variables that requests extract, and functions that give the same each time. */
import fc from 'fast-check';

/** Names of variables, which extractors, rows and `set-variables` set. */
export const variables = ['v', 'w', 'list', 'row'] as const;

const references = [
  '${v}',
  '${w}',
  '${list}',
  '${list_1}',
  '${list_2}',
  '${list_matchNr}',
  '${v_g}',
  '${v_g1}',
  '${row}',
  '${item}',
  '${given}',
  '${unset}',
];

const functions = [
  '${__P(prop,d)}',
  '${__P(own)}',
  '${__property(prop)}',
  '${__urlencode(a b&c=ü)}',
  '${__urlencode(${v})}',
  '${__urldecode(a%20b)}',
  '${__intSum(1,2)}',
  '${__longSum(3,4,w)}',
  '${__uppercase(${v})}',
  '${__lowercase(AbC)}',
  '${__changeCase(ab cd,CAPITALIZE)}',
  '${__base64Encode(${w})}',
  '${__base64Decode(YWI=)}',
  '${__threadNum}',
  '${__V(list_${__P(one,1)})}',
  '${__V(none,other)}',
  '${__eval(${v})}',
  '${__evalVar(w)}',
  '${__split(a;b;c,list,;)}',
  '${__substring(abcdef,1,3)}',
  '${__strLen(${v})}',
  '${__strReplace(${v},[a-c],_)}',
  '${__escapeHtml(<a href="x">)}',
  '${__escapeXml(${v})}',
  '${__jexl3("${v}" == "abc")}',
  '${__jexl3(1 + 2)}',
  '${__groovy("${w}".length())}',
  '${__javaScript("${v}".length > 2)}',
  '${__MD5(abc)}',
  '${__digest(SHA-256,a,b)}',
  '${__isDefined(v)}',
  '${__if(${v},abc,yes,no)}',
  '${__char(65,0x42)}',
  '${__iterationNum}',
  '${__timeShift(yyyy-MM-dd,2020-01-30,P2D,,)}',
  '${__dateTimeConvert(2020-01-30,yyyy-MM-dd,dd/MM/yy)}',
];

const odd = [
  '',
  ' ',
  'a b',
  'é',
  'ü€',
  'a&b=c',
  'a+b',
  '50%',
  '%41',
  'a/b?c#d',
  '"q"',
  "it's",
  '<t>',
  '1e3',
  '007',
  'yes',
  '~',
  'null',
  'a,b',
  'a\\b',
  '$',
  '$1',
  '${',
  'x}',
  '\ttab',
  'ends ',
  'a;b',
  '[0]',
  '{a: b}',
  '😀',
];

const plain = fc.constantFrom('a', 'b1', 'abc', 'x-y_z', '42');

const filled = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...references) },
  { weight: 1, arbitrary: fc.constantFrom(...functions) },
);

/** Any text on one line. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: plain },
  { weight: 2, arbitrary: fc.constantFrom(...odd) },
  { weight: 3, arbitrary: filled },
  { weight: 2, arbitrary: fc.tuple(plain, filled).map(([before, value]) => `${before}${value}`) },
  { weight: 1, arbitrary: fc.tuple(filled, fc.constantFrom(...odd), filled).map((parts) => parts.join('')) },
);

/** What is asked for once a request, unlike labels: there counters count as often as JMeter asks. */
export const counted: fc.Arbitrary<string> = fc.oneof(
  { weight: 9, arbitrary: text },
  {
    weight: 1,
    arbitrary: fc.constantFrom('${__counter(TRUE)}', 'n${__counter(FALSE,w)}', '${JMeterThread.last_sample_ok}'),
  },
);

/** A body of some lines. What a page embeds is asked for with it, too, so it counts nothing. */
export const lines: fc.Arbitrary<string> = fc
  .tuple(fc.array(text, { minLength: 1, maxLength: 3 }), fc.constantFrom('\n', ' ', '\r\n'))
  .map(([parts, between]) => parts.join(between));

/** What can stand in a header. */
export const headerText: fc.Arbitrary<string> = fc.oneof(
  plain,
  fc.constantFrom('a b', '"q"', 'a, b; c=d', '1', ' padded '),
  fc.constantFrom('${v}', '${list_matchNr}', '${__P(prop,d)}', '${__threadNum}', '${unset}', 'x ${v} y'),
);

/** What urls may be written with; what variables fill in may make them wrong. */
export const urlText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: plain },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      'a%20b',
      'a+b',
      'é',
      "it's",
      'a;b',
      'a,b',
      '*',
      'a b',
      '!',
      '(1)',
      '%2F',
      '~',
      ':',
      '@',
      '$',
    ),
  },
  { weight: 2, arbitrary: filled },
);

/** Of one iteration whether it holds is known. */
export const condition: fc.Arbitrary<string> = fc.constantFrom(
  '"${v}" == "abc"',
  '"${v}" != "NOT_FOUND"',
  '${list_matchNr} > 1',
  "'${w}' == '1'",
  '"${row}".length > 2',
  '1 < 2',
  'false',
  '${__jexl3("${v}" == "abc" || "${w}" =~ "[0-9]+")}',
  '${__groovy("${v}" != "")}',
  '${__javaScript(1 == 1)}',
  '${unset} == 1',
  '${JMeterThread.last_sample_ok}',
  '"${item}" == "1" && true',
);
