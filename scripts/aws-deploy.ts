/**
 * `npm run aws:deploy -- -c adminEmail=ada@example.com [-c NAME=VALUE...]`: builds what is deployed, then hands over to `cdk deploy` for all stacks. The
 * first argument may be another command of CDK: `npm run aws:deploy -- diff`, `-- destroy`, `-- bootstrap`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cdkCommandOf } from './aws-deploy/cdk-command.ts';
import { buildConsole } from './build-console.ts';
import { buildLambdas } from './build-lambdas.ts';

const root = join(import.meta.dirname, '..');
const args = cdkCommandOf(process.argv.slice(2));
const [command] = args;
// What CDK itself needs has nothing to do with the app, which would ask for settings.
const ofApp = command === 'bootstrap' ? [] : ['--app', `${process.execPath} app.ts`];
if (command !== 'bootstrap') {
  if (!buildConsole()) process.exit(1);
  await buildLambdas();
}
const cdk = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
const { status } = spawnSync(process.execPath, [cdk, ...args, ...ofApp], {
  cwd: command === 'bootstrap' ? root : join(root, 'deploy', 'aws'),
  stdio: 'inherit',
  env: { ...process.env, INIT_CWD: process.env.INIT_CWD ?? process.cwd() },
});
process.exitCode = status ?? 1;
