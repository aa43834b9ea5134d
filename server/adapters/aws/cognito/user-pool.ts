/** A user pool of Cognito, in our words. Names of its users are our ids; its groups are roles. Each call may be made again. */
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminResetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  type CognitoIdentityProviderClient,
  ListUsersCommand,
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Role } from '../../../../core/api/identity.ts';
import type { User } from '../../../ports/users.ts';
import { roleGroups } from '../layout/sign-in.ts';
import { asking } from './pool-errors.ts';

/** Somebody in the pool. */
export interface PoolUser {
  id: string;
  /** In lower case; empty when there is none. */
  email: string;
  name: string;
  isEnabled: boolean;
  /** They have chosen a password; else they are invited. */
  hasJoined: boolean;
  createdAtMs: number;
}

type Person = Pick<User, 'id' | 'email' | 'name' | 'role'>;

export interface UserPool {
  find(id: string): Promise<PoolUser | null>;
  /** Whatever the case of the address. */
  findByEmail(email: string): Promise<PoolUser | null>;
  list(): AsyncGenerator<PoolUser>;
  /** The highest that the groups give; null when they give none. */
  roleOf(id: string): Promise<Role | null>;
  /** `isMailed`: Cognito writes to them with a first password. Nothing happens when somebody has the id. */
  add(user: Person, options: { isMailed: boolean }): Promise<void>;
  /** Writes again to somebody who has not joined, with another first password. */
  inviteAgain(id: string): Promise<void>;
  /** Writes to somebody who has joined how to choose another password; the old one counts no more. */
  resetPassword(id: string): Promise<void>;
  /** Name, address and role. False when there is nobody of this id. */
  change(user: Person): Promise<boolean>;
  enable(id: string): Promise<void>;
  /** Signs them out too. */
  disable(id: string): Promise<void>;
  /** No token of theirs is renewed any more. */
  signOut(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

/** What Cognito lists at once. */
const PAGE = 60;
/** No password has been chosen yet. */
const INVITED = 'FORCE_CHANGE_PASSWORD';

export function openUserPool(client: CognitoIdentityProviderClient, UserPoolId: string): UserPool {
  const of = (Username: string) => ({ UserPoolId, Username });
  const groupsOf = async (id: string): Promise<string[]> => {
    const { Groups = [] } = await client.send(new AdminListGroupsForUserCommand(of(id)));
    return Groups.map(({ GroupName = '' }) => GroupName);
  };
  const setRole = async (id: string, role: Role, present: readonly string[]) => {
    // First the new one: nobody is without any in between.
    if (!present.includes(role)) await client.send(new AdminAddUserToGroupCommand({ ...of(id), GroupName: role }));
    for (const GroupName of roleGroups.filter((group) => group !== role && present.includes(group))) {
      await client.send(new AdminRemoveUserFromGroupCommand({ ...of(id), GroupName }));
    }
  };
  const signOut = (id: string) => client.send(new AdminUserGlobalSignOutCommand(of(id)));

  return asking({
    async find(id) {
      const found = await unlessGone(client.send(new AdminGetUserCommand(of(id))));
      return found === null ? null : personOf(found, found.UserAttributes);
    },

    async findByEmail(email) {
      const Filter = `email = "${email.toLowerCase().replace(/["\\]/g, String.raw`\$&`)}"`;
      const { Users = [] } = await client.send(new ListUsersCommand({ UserPoolId, Filter, Limit: 1 }));
      return Users[0] === undefined ? null : personOf(Users[0], Users[0].Attributes);
    },

    async *list() {
      let PaginationToken: string | undefined;
      do {
        const page = await client.send(new ListUsersCommand({ UserPoolId, Limit: PAGE, PaginationToken }));
        for (const user of page.Users ?? []) yield personOf(user, user.Attributes);
        PaginationToken = page.PaginationToken;
      } while (PaginationToken !== undefined);
    },

    async roleOf(id) {
      const groups = (await unlessGone(groupsOf(id))) ?? [];
      return roleGroups.findLast((role) => groups.includes(role)) ?? null;
    },

    async add({ id, role, ...person }, { isMailed }) {
      const mailing = isMailed
        ? { DesiredDeliveryMediums: ['EMAIL' as const] }
        : { MessageAction: 'SUPPRESS' as const };
      const command = new AdminCreateUserCommand({ ...of(id), ...mailing, UserAttributes: attributesOf(person) });
      try {
        await client.send(command);
      } catch (error) {
        if (!(error instanceof UsernameExistsException)) throw error;
      }
      await setRole(id, role, []);
    },

    async inviteAgain(id) {
      const mailing = { MessageAction: 'RESEND' as const, DesiredDeliveryMediums: ['EMAIL' as const] };
      await client.send(new AdminCreateUserCommand({ ...of(id), ...mailing }));
    },

    async resetPassword(id) {
      await client.send(new AdminResetUserPasswordCommand(of(id)));
    },

    async change({ id, role, ...person }) {
      const command = new AdminUpdateUserAttributesCommand({ ...of(id), UserAttributes: attributesOf(person) });
      if ((await unlessGone(client.send(command))) === null) return false;
      await setRole(id, role, await groupsOf(id));
      return true;
    },

    async enable(id) {
      await unlessGone(client.send(new AdminEnableUserCommand(of(id))));
    },

    async disable(id) {
      await unlessGone(signOut(id));
      await unlessGone(client.send(new AdminDisableUserCommand(of(id))));
    },

    async signOut(id) {
      await unlessGone(signOut(id));
    },

    async remove(id) {
      await unlessGone(client.send(new AdminDeleteUserCommand(of(id))));
    },
  });
}

/** Null when there is no such user. */
async function unlessGone<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UserNotFoundException) return null;
    throw error;
  }
}

/** The address counts as theirs: it is what the invitation went to. */
function attributesOf({ email, name }: Pick<Person, 'email' | 'name'>): AttributeType[] {
  return [
    { Name: 'email', Value: email },
    { Name: 'email_verified', Value: 'true' },
    { Name: 'name', Value: name },
  ];
}

interface CognitoUser {
  Username?: string | undefined;
  Enabled?: boolean | undefined;
  UserStatus?: string | undefined;
  UserCreateDate?: Date | undefined;
}

function personOf(
  { Username = '', Enabled = true, UserStatus, UserCreateDate }: CognitoUser,
  attributes: readonly AttributeType[] | undefined = [],
): PoolUser {
  const attributeOf = (name: string) => attributes.find(({ Name }) => Name === name)?.Value ?? '';
  const email = attributeOf('email').toLowerCase();
  return {
    id: Username,
    email,
    name: attributeOf('name') || (email.split('@')[0] ?? '') || Username,
    isEnabled: Enabled,
    hasJoined: UserStatus !== INVITED,
    createdAtMs: UserCreateDate?.getTime() ?? 0,
  };
}
