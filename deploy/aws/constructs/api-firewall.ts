/** The firewall in front of the API: rules that AWS keeps, and a limit for each address. */
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface ApiFirewallProps {
  stageArn: string;
  /** In five minutes. */
  requestsPerAddress: number;
}

/** These rules would refuse what is meant well, so that they count alone. */
const countedRules = [
  // Scenarios hold URLs, scripts and large texts on purpose.
  'SizeRestrictions_BODY',
  'CrossSiteScripting_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'EC2MetaDataSSRF_BODY',
  // So do labels, which are asked for in the query: one that nobody named is the URL of its request.
  'SizeRestrictions_QUERYSTRING',
  'CrossSiteScripting_QUERYARGUMENTS',
  'GenericLFI_QUERYARGUMENTS',
  'GenericRFI_QUERYARGUMENTS',
  'EC2MetaDataSSRF_QUERYARGUMENTS',
  'RestrictedExtensions_QUERYARGUMENTS',
  // Artifacts are called `jmeter.log`, and files of scenarios as users like.
  'RestrictedExtensions_URIPATH',
  'NoUserAgent_HEADER',
];

export class ApiFirewall extends Construct {
  constructor(scope: Construct, id: string, { requestsPerAddress, stageArn }: ApiFirewallProps) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Rules', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible('all'),
      rules: [
        managed('AWSManagedRulesAmazonIpReputationList', 0, []),
        managed('AWSManagedRulesKnownBadInputsRuleSet', 1, []),
        managed('AWSManagedRulesCommonRuleSet', 2, countedRules),
        limit(requestsPerAddress),
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: stageArn, webAclArn: acl.attrArn });
  }
}

const visible = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName });

function managed(name: string, priority: number, counted: readonly string[]): CfnWebACL.RuleProperty {
  const ruleActionOverrides = counted.map((rule) => ({ name: rule, actionToUse: { count: {} } }));
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name, ruleActionOverrides } },
    visibilityConfig: visible(name),
  };
}

/** Tasks behind one gateway share an address, and ask for access to their run's folder all at once: they have a token of their run. */
function limit(requestsPerAddress: number): CfnWebACL.RuleProperty {
  const byTasks: CfnWebACL.StatementProperty = {
    regexMatchStatement: {
      fieldToMatch: { uriPath: {} },
      regexString: '^(/[a-z]+)?/api/run-folders/',
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
  return {
    name: 'RequestsPerAddress',
    priority: 3,
    action: { block: { customResponse: { responseCode: 429 } } },
    statement: {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        limit: requestsPerAddress,
        evaluationWindowSec: 300,
        scopeDownStatement: { notStatement: { statement: byTasks } },
      },
    },
    visibilityConfig: visible('RequestsPerAddress'),
  };
}
