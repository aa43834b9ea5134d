/** What `npm run aws:deploy` asks of CDK's command line. */
const commands = ['deploy', 'destroy', 'diff', 'synth', 'list', 'bootstrap'];
const withoutStacks = ['list', 'bootstrap'];

/** Options that are followed by a value, beside settings and the like, whose values have a `=`. */
const optionsWithValue = [
  '--ca-bundle-path',
  '--change-set-name',
  '--concurrency',
  '--method',
  '--output',
  '-o',
  '--outputs-file',
  '-O',
  '--plugin',
  '-p',
  '--profile',
  '--progress',
  '--proxy',
  '--require-approval',
  '--role-arn',
  '-r',
  '--toolkit-stack-name',
];

/** `given`: the words behind `npm run aws:deploy --`. All stacks are meant where none is named: CDK asks for it to be said. */
export function cdkCommandOf(given: readonly string[]): string[] {
  const [first = ''] = given;
  const [command, rest] = commands.includes(first) ? [first, given.slice(1)] : ['deploy', given];
  // A value that is taken for a stack is none of the app's, which CDK says; a stack that is taken for a value would mean all of them.
  const namesStack = rest.some(
    (word, index) => !/^-|=/.test(word) && !optionsWithValue.includes(rest[index - 1] ?? ''),
  );
  return [command, ...(namesStack || withoutStacks.includes(command) ? [] : ['--all']), ...rest];
}
