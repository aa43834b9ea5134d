/** Pages that the OpenID provider itself shows: the code of another device, signing out, errors. */
import { html } from '../../markup/markup.ts';
import { renderPage } from './page.ts';

/** What a form of the provider must send back. */
export interface ProviderForm {
  /** Where it goes to. */
  action: string;
  xsrf: string;
}

/** `userCode`: as it was typed before. */
export function deviceCodePage(form: ProviderForm & { userCode: string; alert: string | null }): string {
  const { action, xsrf, userCode, alert } = form;
  return renderPage({
    title: 'Sign in on another device',
    alert,
    content: html`<form method="post" action="${action}">
<input type="hidden" name="xsrf" value="${xsrf}">
<label for="user_code">Code that the device shows</label>
<input id="user_code" name="user_code" value="${userCode}" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus>
<button>Go on</button>
</form>`,
  });
}

/** `typed`: the code as it came; `userCode`: as the device shows it. */
export function deviceConfirmPage(form: ProviderForm & { typed: string; userCode: string; client: string }): string {
  const { action, xsrf, typed, userCode, client } = form;
  return renderPage({
    title: 'Is this the code?',
    content: html`<p class="code"><code>${userCode}</code></p>
<p>The ${client} asks to act as you: to do all that you may do. Go on only if you have started it yourself, and it shows this code now.</p>
<form method="post" action="${action}">
<input type="hidden" name="xsrf" value="${xsrf}">
<input type="hidden" name="user_code" value="${typed}">
<input type="hidden" name="confirm" value="yes">
<button>Yes, go on</button>
<button class="other" name="abort" value="yes">No</button>
</form>`,
  });
}

export function deviceDonePage(): string {
  return renderPage({
    title: 'You are signed in',
    content: html`<p>Go back to the device: it goes on by itself. This page can be closed.</p>`,
  });
}

export function signOutPage({ action, xsrf }: ProviderForm): string {
  return renderPage({
    title: 'Sign out of Loadstar?',
    content: html`<form method="post" action="${action}">
<input type="hidden" name="xsrf" value="${xsrf}">
<button name="logout" value="yes" autofocus>Sign out</button>
<button class="other">Stay signed in</button>
</form>`,
  });
}

export function signedOutPage(): string {
  return renderPage({ title: 'You are signed out', content: html`<p><a href="/">Sign in again</a></p>` });
}

/** `error`: as OAuth calls it. */
export function providerErrorPage({ error, description }: { error: string; description: string }): string {
  return renderPage({
    title: 'This did not work',
    alert: description === '' ? error : description,
    content: html`<p class="soft">Start again where you came from. (<code>${error}</code>)</p>`,
  });
}
