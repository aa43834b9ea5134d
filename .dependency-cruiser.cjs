/**
 * Who may import whom. A boundary that no machine checks is none: `npm run check` runs this, counts the modules it cruised, and plants a violation
 * to see it caught.
 */
const tests = String.raw`\.(test|contract)\.ts$|/(fixtures|simulation|testing)/`;

/** Code in `from` may import nothing of the project but what `to` matches. */
const only = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: tests },
  to: {
    path: '^(core|worker|server|cli|practice-target|scripts|tools|engines|goldens|bench|console|deploy)/',
    pathNot: to,
  },
});

module.exports = {
  forbidden: [
    only('core-alone', 'core/ is pure: it knows nothing of the rest.', '^core/', '^core/'),
    only(
      'worker-on-core',
      'A task is its own program: core, itself, and where the tools are that it drives.',
      '^worker/',
      '^(core|engines|worker)/',
    ),
    only('engines-on-core', 'What finds and installs tools knows nobody else.', '^engines/', '^(core|engines)/'),
    only('server-on-core', 'The control plane talks to tasks through the run folder.', '^server/', '^(core|server)/'),
    only('console-on-core', 'The console talks to the control plane through the API.', '^console/', '^(core|console)/'),
    only('target-alone', 'The practice target is a target: it knows nobody.', '^practice-target/', '^practice-target/'),
    only(
      'cli-in-front',
      'The CLI uses the control plane, never a task.',
      '^cli/',
      '^(cli|core|engines|server|practice-target)/',
    ),
    only(
      'deploy-on-layout',
      'What is deployed knows what the adapters lay out there, and no code of theirs.',
      '^deploy/aws/',
      '^(core|deploy)/|^server/adapters/aws/layout/',
    ),
    {
      name: 'core-without-node',
      comment: 'core/ runs in browsers too: no Node built-ins.',
      severity: 'error',
      from: { path: '^core/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'verbs-through-ports',
      comment: 'Verbs, ports and live data see ports; only main/ chooses adapters.',
      severity: 'error',
      from: { path: '^server/(verbs|ports|live|run-folder|folding|export|markup)/', pathNot: tests },
      to: { path: '^server/(adapters|main)/' },
    },
    {
      name: 'adapters-apart',
      comment: 'A local adapter knows no verb and no other platform.',
      severity: 'error',
      from: { path: '^server/adapters/', pathNot: tests },
      to: { path: '^server/(verbs|main|live)/' },
    },
    {
      name: 'platforms-apart',
      comment: 'Adapters of one platform know no other.',
      severity: 'error',
      from: { path: '^server/adapters/(aws|local)/', pathNot: tests },
      to: { path: '^server/adapters/(aws|local|memory)/', pathNot: '^server/adapters/$1/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'What is imported is there. Of aws-lambda there are types alone.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^aws-lambda$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
