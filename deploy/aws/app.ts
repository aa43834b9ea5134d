/** The CDK app: `cdk deploy` runs it (`cdk.json`). What it takes from the context is in `settings.ts`. */

import { addDeployment, createApp } from './deployment.ts';
import { loadExtensions } from './extensions/extension.ts';
import { settingsOfContext } from './settings.ts';

const app = createApp();
const settings = settingsOfContext((name) => app.node.tryGetContext(name));
addDeployment(app, settings, await loadExtensions(settings.extensions));
