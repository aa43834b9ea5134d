/** The pages of signing in, and of choosing a password. */
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from '../../../core/api/identity.ts';
import { html, type Markup } from '../../markup/markup.ts';
import { renderPage } from './page.ts';

interface Trouble {
  alert?: string | null;
  warning?: string | null;
}

export interface SignInPage extends Trouble {
  /** Path that the form goes to. */
  action: string;
  /** As it was typed before. */
  email: string;
  /** A forgotten password can be replaced by mail. */
  canMail: boolean;
}

export function signInPage({ action, email, canMail, ...trouble }: SignInPage): string {
  const forgotten = canMail
    ? html`<a href="/sign-in/forgot">Forgot your password?</a>`
    : html`Forgot your password? An administrator can make you a link for a new one.`;
  return renderPage({
    title: 'Sign in to Loadstar',
    ...trouble,
    content: html`<form method="post" action="${action}">
<label for="email">Email address</label>
<input id="email" name="email" type="email" autocomplete="username" required value="${email}" ${email === '' && html`autofocus`}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="${PASSWORD_LENGTH_MAX}" ${email !== '' && html`autofocus`}>
<button name="choice" value="sign-in">Sign in</button>
</form>
<p class="soft">${forgotten}</p>`,
  });
}

export interface ConsentPage extends Trouble {
  action: string;
  /** Who is signed in. */
  name: string;
}

/** For programs on somebody's own machine: a browser that is signed in must not let any of them in unasked. */
export function consentPage({ action, name, ...trouble }: ConsentPage): string {
  return renderPage({
    title: 'Let the command line in?',
    ...trouble,
    content: html`<p>The Loadstar command line on this computer asks to act as <strong>${name}</strong>: to do all that you may do.</p>
<p class="soft">Allow it only if you have just run <code>loadstar login</code> yourself.</p>
<form method="post" action="${action}">
<button name="choice" value="allow">Allow</button>
<button class="other" name="choice" value="deny">Deny</button>
<button class="other" name="choice" value="switch">Use another account</button>
</form>`,
  });
}

export interface ChoosePasswordPage extends Trouble {
  /** Of the link. */
  code: string;
  isInvitation: boolean;
  email: string;
  /** It has to be given. */
  needsEmail: boolean;
}

export function choosePasswordPage({ code, isInvitation, email, needsEmail, ...trouble }: ChoosePasswordPage): string {
  const address = needsEmail
    ? html`<label for="email">Your email address</label>
<input id="email" name="email" type="email" autocomplete="username" required value="${email}" autofocus>`
    : html`<label for="email">Email address</label>
<input id="email" name="email" type="email" autocomplete="username" readonly value="${email}">`;
  return renderPage({
    title: isInvitation ? 'Welcome to Loadstar' : 'Choose a new password',
    ...trouble,
    content: html`<form method="post" action="/sign-in/link">
<input type="hidden" name="code" value="${code}">
${address}
<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="${PASSWORD_LENGTH_MIN}" maxlength="${PASSWORD_LENGTH_MAX}" aria-describedby="rules" ${!needsEmail && html`autofocus`}>
<p class="soft" id="rules">At least ${PASSWORD_LENGTH_MIN} characters, such as four words that have nothing to do with each other.</p>
<label for="repeated">The same again</label>
<input id="repeated" name="repeated" type="password" autocomplete="new-password" required maxlength="${PASSWORD_LENGTH_MAX}">
<button>Set the password</button>
</form>`,
  });
}

export function passwordChosenPage(): string {
  return messagePage({
    title: 'Your password is set',
    content: html`<p><a href="/">Sign in now</a>, or with the command line: <code>loadstar login</code></p>`,
  });
}

export function forgottenPage(trouble: Trouble & { email?: string } = {}): string {
  const { email = '', ...rest } = trouble;
  return renderPage({
    title: 'Forgot your password?',
    ...rest,
    content: html`<p>We mail you a link by which you choose a new one.</p>
<form method="post" action="/sign-in/forgot">
<label for="email">Email address</label>
<input id="email" name="email" type="email" autocomplete="username" required autofocus value="${email}">
<button>Send the link</button>
</form>`,
  });
}

/** Says nothing about whether there is such a user. */
export function forgottenSentPage(): string {
  return messagePage({
    title: 'Look into your mail',
    content: html`<p>If there is a user with this address, a link is on its way. It works once, within an hour.</p>`,
  });
}

export function messagePage({ title, content, ...trouble }: Trouble & { title: string; content: Markup }): string {
  return renderPage({ title, content, ...trouble });
}
