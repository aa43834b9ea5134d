/** Who may sign in: a user pool of Cognito that administrators invite people to, its sign-in pages, the clients of console and command line. */
import { Aws, Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  CfnUserPoolGroup,
  CfnUserPoolUser,
  CfnUserPoolUserToGroupAttachment,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import { PASSWORD_LENGTH_MIN } from '../../../core/api/identity.ts';
import { cliRedirectUris, roleGroups } from '../../../server/adapters/aws/layout/sign-in.ts';
import type { Settings } from '../settings.ts';

export interface IdentityProps {
  settings: Settings;
  /** Where browsers come back to. */
  publicUrl: string;
}

/** User name of the administrator whom the stack makes. */
const FIRST_ADMINISTRATOR = 'administrator';

export class Identity extends Construct {
  readonly userPool: UserPool;
  readonly consoleClient: UserPoolClient;
  readonly cliClient: UserPoolClient;
  readonly signInHost: string;

  constructor(scope: Construct, id: string, { publicUrl, settings }: IdentityProps) {
    super(scope, id);
    this.userPool = this.pool(settings, publicUrl);
    // The stack's own id: names of hosts are everybody's.
    const prefix = `loadstar-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`;
    this.userPool.addDomain('SignIn', {
      cognitoDomain: { domainPrefix: prefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.signInHost = `${prefix}.auth.${Aws.REGION}.amazoncognito.com`;
    this.consoleClient = this.client('Console', [`${publicUrl}/signed-in`], [`${publicUrl}/`]);
    this.cliClient = this.client('CommandLine', [...cliRedirectUris], []);
    this.groups(settings.adminEmail);
  }

  private pool({ keepData, multiFactor }: Settings, publicUrl: string): UserPool {
    const pool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { username: true, email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      standardAttributes: { email: { required: true, mutable: true }, fullname: { required: false, mutable: true } },
      featurePlan: FeaturePlan.ESSENTIALS,
      mfa: { off: Mfa.OFF, optional: Mfa.OPTIONAL, required: Mfa.REQUIRED }[multiFactor],
      ...(multiFactor !== 'off' && { mfaSecondFactor: { otp: true, sms: false } }),
      passwordPolicy: {
        minLength: PASSWORD_LENGTH_MIN,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(7),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      userInvitation: {
        emailSubject: 'You are invited to Loadstar',
        emailBody:
          `Sign in to Loadstar at ${publicUrl} with your email address, or as {username}, and the password {####}. ` +
          'You choose one of your own then. This one holds for 7 days.',
      },
      deletionProtection: keepData,
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    NagSuppressions.addResourceSuppressions(pool, [
      {
        id: 'AwsSolutions-COG2',
        reason:
          'Whether a second factor is asked for is the setting multiFactor: people may have one by default, and all must with `required`.',
      },
      {
        id: 'AwsSolutions-COG3',
        reason: 'Threat protection is billed per user each month; docs/aws.md says how to turn it on.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason: 'The plan of the pool is Essentials, which has the sign-in pages that are used.',
      },
    ]);
    return pool;
  }

  /** Public, as browsers and command lines are: no secret, a code with proof of possession, tokens renewed for a day. */
  private client(id: string, callbackUrls: string[], logoutUrls: string[]): UserPoolClient {
    const client = this.userPool.addClient(id, {
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls,
        logoutUrls,
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
    });
    new CfnManagedLoginBranding(this, `${id}Pages`, {
      userPoolId: this.userPool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    return client;
  }

  /** A group for each role, and somebody in the highest. */
  private groups(adminEmail: string): void {
    const { userPoolId } = this.userPool;
    // The first of a user's groups is the one with the lowest number.
    const groups = roleGroups
      .toReversed()
      .map(
        (role, precedence) => new CfnUserPoolGroup(this, `Role-${role}`, { userPoolId, groupName: role, precedence }),
      );
    const administrator = new CfnUserPoolUser(this, 'Administrator', {
      userPoolId,
      username: FIRST_ADMINISTRATOR,
      desiredDeliveryMediums: ['EMAIL'],
      userAttributes: [
        { name: 'email', value: adminEmail },
        { name: 'email_verified', value: 'true' },
      ],
    });
    const attachment = new CfnUserPoolUserToGroupAttachment(this, 'AdministratorRole', {
      userPoolId,
      groupName: 'admin',
      username: FIRST_ADMINISTRATOR,
    });
    attachment.node.addDependency(administrator, ...groups);
  }
}
