/** What the user pool and those who sign in at it agree on. */

/**
 * Addresses that the pool sends the command line's users back to: it compares them exactly, port and all, and takes plain HTTP for `localhost` only. The
 * first one whose port is free is used.
 */
export const cliRedirectUris: readonly string[] = [47_811, 47_812, 47_813, 47_814].map(
  (port) => `http://localhost:${port}/callback`,
);

/** Groups of the pool are roles, by these names. */
export const roleGroups = ['viewer', 'editor', 'admin'] as const;

/** What clients ask for. Cognito knows no `offline_access`: it gives a refresh token with each code. */
export const signInScope = 'openid email profile';

/** Who the pool's tokens say that they are from. `userPoolId`: `eu-west-1_abc`. */
export function issuerOfPool(userPoolId: string): string {
  return `https://cognito-idp.${regionOfPool(userPoolId)}.amazonaws.com/${userPoolId}`;
}

export function regionOfPool(userPoolId: string): string {
  return userPoolId.split('_', 1)[0] ?? '';
}
