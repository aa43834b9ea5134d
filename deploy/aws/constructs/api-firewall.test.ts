import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { createApp } from '../deployment.ts';
import { ApiFirewall } from './api-firewall.ts';

const outdir = mkdtempSync(join(tmpdir(), 'loadstar-firewall-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** Rules that are overridden, by group: what is done instead. */
function overridden(): Map<string, Record<string, unknown>> {
  const stack = new Stack(createApp({ outdir }), 'Main');
  new ApiFirewall(stack, 'Firewall', { stageArn: 'arn:aws:apigateway:eu-west-1::/stage', requestsPerAddress: 100 });
  const [acl = {}] = Object.values(Template.fromStack(stack).findResources('AWS::WAFv2::WebACL'));
  const { Rules } = acl.Properties as { Rules: { Name: string; Statement: { ManagedRuleGroupStatement?: Group } }[] };
  return new Map(
    Rules.map(({ Name, Statement }) => {
      const overrides = Statement.ManagedRuleGroupStatement?.RuleActionOverrides ?? [];
      return [Name, Object.fromEntries(overrides.map((each) => [each.Name, each.ActionToUse]))];
    }),
  );
}

interface Group {
  RuleActionOverrides?: { Name: string; ActionToUse: unknown }[];
}

describe('the firewall', () => {
  const { AWSManagedRulesCommonRuleSet: common, ...others } = Object.fromEntries(overridden());

  it.each([
    ['a scenario with scripts', 'CrossSiteScripting_BODY'],
    ['a scenario for a target with an IP address', 'GenericRFI_BODY'],
    ['?label=http://10.0.0.7/', 'GenericRFI_QUERYARGUMENTS'],
    ['?label=http://169.254.170.2/health', 'EC2MetaDataSSRF_QUERYARGUMENTS'],
    ['?label=GET /a/../b', 'GenericLFI_QUERYARGUMENTS'],
    ['?label=GET /settings.ini', 'RestrictedExtensions_QUERYARGUMENTS'],
    ['?label=GET /search?q=<script>', 'CrossSiteScripting_QUERYARGUMENTS'],
    ['?label= of 1,000 characters, percent-encoded', 'SizeRestrictions_QUERYSTRING'],
    ['/artifacts/eu-west-1/0/jmeter.log', 'RestrictedExtensions_URIPATH'],
  ])('counts, and does not refuse, %s', (_request, rule) => {
    expect(common).toMatchObject({ [rule]: { Count: {} } });
  });

  it('leaves the other groups as AWS has them', () => {
    expect(others).toEqual({
      AWSManagedRulesAmazonIpReputationList: {},
      AWSManagedRulesKnownBadInputsRuleSet: {},
      RequestsPerAddress: {},
    });
  });
});
