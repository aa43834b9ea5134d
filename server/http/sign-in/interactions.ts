/** What the OpenID provider has to ask somebody: who they are, and whether the command line may act for them. */
import { LoadstarError } from '../../../core/errors.ts';
import { consentPage, messagePage, signInPage } from '../../identity/pages/sign-in-pages.ts';
import type { Question } from '../../identity/provider.ts';
import { INTERACTION_PATH } from '../../identity/provider-configuration.ts';
import { html } from '../../markup/markup.ts';
import { AttemptsExceeded } from '../../security/attempt-guard.ts';
import { signIn } from '../../verbs/sign-in/sign-in.ts';
import type { ApiContext } from '../api.ts';
import { addressKey } from '../rate-limit.ts';
import { exchangeOf } from './provider-bridge.ts';
import { type App, answerPage, fieldsOf, type PageContext, type SignInDependencies } from './sign-in-page.ts';

const PATTERN = `${INTERACTION_PATH}/:question`;

export function registerInteractions(app: App, deps: SignInDependencies, contextOf: () => PageContext): void {
  const ask = async (c: ApiContext, page: PageContext): Promise<Question | null> => {
    const { incoming, outgoing } = exchangeOf(c, page.publicUrl);
    const question = await page.provider.question(incoming, outgoing);
    return question?.id === c.req.param('question') ? question : null;
  };

  app.get(PATTERN, async (c) => {
    const page = contextOf();
    const question = await ask(c, page);
    if (question === null) return answerOver(c);
    return answerPage(c, await pageOf(deps, page, question, { alert: null, email: question.loginHint }));
  });

  app.post(PATTERN, async (c) => {
    const page = contextOf();
    const question = await ask(c, page);
    if (question === null) return answerOver(c);
    const { incoming, outgoing } = exchangeOf(c, page.publicUrl);
    const field = await fieldsOf(c);
    const choice = field('choice');
    // Also whoever is signed in may do so as somebody else.
    if (choice === 'sign-in') {
      const email = field('email').trim();
      try {
        const address = addressKey(c.get('client').address);
        const user = await signIn(deps, { email, password: field('password'), address });
        return c.redirect(await page.provider.signedIn(incoming, outgoing, user.id), 303);
      } catch (error) {
        return refused(c, await pageOf(deps, page, question, { alert: wordsOf(error), email }), error);
      }
    }
    if (choice === 'deny') return c.redirect(await page.provider.denied(incoming, outgoing), 303);
    if (question.kind === 'consent' && choice === 'switch') {
      return answerPage(c, await pageOf(deps, page, { ...question, kind: 'login' }, { alert: null, email: '' }));
    }
    if (question.kind !== 'consent' || choice !== 'allow') {
      throw new LoadstarError('option_invalid', 'The form is not one of this page.');
    }
    return c.redirect(await page.provider.allowed(incoming, outgoing, question), 303);
  });
}

async function pageOf(
  deps: SignInDependencies,
  { warning }: PageContext,
  question: Question,
  { alert, email }: { alert: string | null; email: string },
): Promise<string> {
  const action = `${INTERACTION_PATH}/${question.id}`;
  if (question.kind === 'login') return signInPage({ action, email, canMail: deps.mail !== null, alert, warning });
  const user = question.accountId === null ? null : await deps.users.get(question.accountId);
  return consentPage({ action, name: user?.email ?? 'somebody', alert, warning });
}

function wordsOf(error: unknown): string {
  if (error instanceof LoadstarError && ['password_wrong', 'attempts_exceeded'].includes(error.code))
    return error.message;
  throw error;
}

function refused(c: ApiContext, page: string, error: unknown): Response {
  if (!(error instanceof AttemptsExceeded)) return answerPage(c, page, 403);
  const answer = answerPage(c, page, 429);
  answer.headers.set('retry-after', String(error.retryAfterSeconds));
  return answer;
}

function answerOver(c: ApiContext): Response {
  const content = html`<p>Signing in took too long, or began in another browser. <a href="/">Start again</a>, or run <code>loadstar login</code> again.</p>`;
  return answerPage(c, messagePage({ title: 'This sign-in is over', content }), 400);
}
