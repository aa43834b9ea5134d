/** Where tasks run: a network of their own or one that is there. Nothing connects to them. */
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  Subnet,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import type { GivenNetwork, Settings } from '../settings.ts';

export class Network extends Construct {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  readonly securityGroup: SecurityGroup;
  readonly hasPublicAddresses: boolean;

  constructor(scope: Construct, id: string, settings: Settings, given: GivenNetwork | undefined) {
    super(scope, id);
    this.hasPublicAddresses = settings.subnets === 'public';
    if (given === undefined) {
      const vpc = this.made(settings);
      this.vpc = vpc as IVpc;
      this.subnets = this.hasPublicAddresses ? vpc.publicSubnets : vpc.privateSubnets;
    } else {
      // Nothing but their ids is asked of them.
      this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', { vpcId: given.vpcId, availabilityZones: ['given'] });
      this.subnets = given.subnetIds.map((subnetId) => Subnet.fromSubnetId(this, subnetId, subnetId));
    }
    this.securityGroup = new SecurityGroup(this, 'Tasks', {
      vpc: this.vpc,
      description: 'Tasks of Loadstar: they connect to targets, nobody connects to them',
      allowAllOutbound: false,
      disableInlineRules: true,
    });
    this.securityGroup.addEgressRule(Peer.ipv4(settings.egressCidr), Port.allTraffic(), 'Targets, the API and AWS');
  }

  private made(settings: Settings): Vpc {
    const { networkCidr, subnets } = settings;
    const outside = { name: 'public', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false };
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(networkCidr),
      maxAzs: 2,
      restrictDefaultSecurityGroup: false,
      ...(subnets === 'public'
        ? { natGateways: 0, subnetConfiguration: [outside] }
        : {
            natGateways: 2,
            subnetConfiguration: [
              { ...outside, cidrMask: 24 },
              { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
            ],
          }),
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    if (subnets === 'private') this.endpoints(vpc);
    if (settings.flowLogs) vpc.addFlowLog('Flows', { destination: this.flowLogs(settings) });
    else {
      NagSuppressions.addResourceSuppressions(vpc, [
        {
          id: 'AwsSolutions-VPC7',
          reason:
            'A line for each connection costs more than the load that makes it; the setting flowLogs turns them on.',
        },
      ]);
    }
    return vpc;
  }

  private flowLogs({ keepData, logRetentionDays }: Settings): FlowLogDestination {
    const logGroup = new LogGroup(this, 'FlowLogs', {
      retention: logRetentionDays,
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    return FlowLogDestination.toCloudWatchLogs(logGroup);
  }

  /** Images and logs take no NAT gateway, which charges for each byte. */
  private endpoints(vpc: Vpc): void {
    const services = {
      Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
      Images: InterfaceVpcEndpointAwsService.ECR_DOCKER,
      ImageApi: InterfaceVpcEndpointAwsService.ECR,
    };
    for (const [name, service] of Object.entries(services)) {
      const endpoint = vpc.addInterfaceEndpoint(name, { service });
      NagSuppressions.addResourceSuppressions(
        endpoint,
        [
          {
            id: 'CdkNagValidationFailure',
            reason: "The rule cannot read the network's own range, which is all that may connect.",
          },
        ],
        true,
      );
    }
  }
}
