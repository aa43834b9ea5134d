/** Templates of a deployment, made in this process: for tests, and for `npm run aws:synth`. Neither Docker nor an account is asked for. */

import { Aspects, type Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addDeployment, createApp, type Deployment } from './deployment.ts';
import { loadExtensions } from './extensions/extension.ts';
import { parseSettings, type SettingsInput } from './settings.ts';

export interface Synthesis {
  deployment: Deployment;
  /** The main one first. */
  stacks: SynthesisedStack[];
}

export interface SynthesisedStack {
  /** Its id in the app, unlike its name the only one in there. */
  id: string;
  stack: Stack;
  template: Template;
  templatePath: string;
  /** What cdk-nag finds and nothing suppresses. */
  findings: string[];
}

/** A CloudFormation template, as far as it is looked at. */
export interface Template {
  Resources: Record<string, TemplateResource>;
  Parameters?: Record<string, { Type: string; Default?: unknown }>;
  Conditions?: Record<string, unknown>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Outputs?: Record<string, unknown>;
}

export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  Condition?: string;
  DeletionPolicy?: string;
  DependsOn?: string | string[];
}

/** Of cfn-lint. W3005: CDK names dependencies that references already say. */
export function lintArguments(templatePaths: readonly string[]): string[] {
  return ['--ignore-checks', 'W3005', '--', ...templatePaths];
}

export interface SynthesisOptions {
  /** Where the templates and what they deploy come to lie. */
  outdir: string;
  /** Whether the rules of cdk-nag are looked at too. */
  nag?: boolean;
}

export async function synthesise(input: SettingsInput, { nag = false, outdir }: SynthesisOptions): Promise<Synthesis> {
  const settings = parseSettings(input);
  const extensions = await loadExtensions(settings.extensions);
  // Which makes its folder at once.
  const app = createApp({ outdir });
  const deployment = addDeployment(app, settings, extensions);
  if (nag) Aspects.of(app).add(new AwsSolutionsChecks());
  const assembly = app.synth();
  const all: Stack[] = [deployment.main, ...deployment.regions.values()];
  const stacks = all.map((stack) => {
    const artifact = assembly.getStackArtifact(stack.artifactId);
    const template: Template = artifact.template;
    const findings = nag ? findingsOf(stack) : [];
    return { id: stack.artifactId, stack, template, templatePath: artifact.templateFullPath, findings };
  });
  return { deployment, stacks };
}

function findingsOf(stack: Stack): string[] {
  const annotations = Annotations.fromStack(stack);
  const anything = Match.stringLikeRegexp('AwsSolutions-.*');
  return [...annotations.findError('*', anything), ...annotations.findWarning('*', anything)].map(
    ({ entry, id }) => `${id}: ${String(entry.data)}`,
  );
}
