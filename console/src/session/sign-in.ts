/** The one way in which the console signs people in, whoever the issuer is. */

export interface SignIn {
  /** A token that is good for at least some seconds; null when nobody is signed in (any more). */
  accessToken(): Promise<string | null>;
  /** Leaves the page for the issuer's; `returnTo` is where it comes back to, a path of the console. */
  begin(returnTo: string): Promise<void>;
  /** True for the address that the issuer sends people back to. */
  isCallback(url: URL): boolean;
  /** Takes what the issuer sent; the path to go on at. Throws an `Error` for people when it cannot be taken. */
  finish(url: URL): Promise<string>;
  /** Leaves the page; the issuer forgets its session too. */
  signOut(): Promise<void>;
}
