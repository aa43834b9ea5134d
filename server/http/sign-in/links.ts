/** Links by which a password is chosen, and how to get one by mail. */
import { LoadstarError } from '../../../core/errors.ts';
import {
  type ChoosePasswordPage,
  choosePasswordPage,
  forgottenPage,
  forgottenSentPage,
  passwordChosenPage,
} from '../../identity/pages/sign-in-pages.ts';
import { choosePassword, readLink } from '../../verbs/sign-in/choose-password.ts';
import { requestReset } from '../../verbs/sign-in/request-reset.ts';
import { LINK_PATH } from '../../verbs/users/issue-link.ts';
import { addressKey } from '../rate-limit.ts';
import { type App, answerPage, fieldsOf, type PageContext, type SignInDependencies } from './sign-in-page.ts';

/** Of the form as it was sent. */
const correctable = new Set(['password_refused', 'option_invalid', 'conflict']);

export function registerLinks(app: App, deps: SignInDependencies, contextOf: () => PageContext): void {
  const formOf = async (code: string, typed: string, alert: string | null): Promise<string> => {
    const { warning } = contextOf();
    const { purpose, email, needsEmail } = await readLink(deps, { secret: code });
    const page: ChoosePasswordPage = {
      code,
      isInvitation: purpose === 'invite',
      email: needsEmail ? typed : email,
      needsEmail,
      warning,
      alert,
    };
    return choosePasswordPage(page);
  };

  // Programs look at links that are mailed: only sending the form uses one up.
  app.get(LINK_PATH, async (c) => answerPage(c, await formOf(c.req.query('code') ?? '', '', null)));

  app.post(LINK_PATH, async (c) => {
    contextOf();
    const field = await fieldsOf(c);
    const [code, password, email] = [field('code'), field('password'), field('email')];
    if (password !== field('repeated'))
      return answerPage(c, await formOf(code, email, 'The two passwords differ.'), 400);
    try {
      await choosePassword(deps, { secret: code, password, email });
    } catch (error) {
      if (!(error instanceof LoadstarError) || !correctable.has(error.code)) throw error;
      return answerPage(c, await formOf(code, email, error.message), 400);
    }
    return answerPage(c, passwordChosenPage());
  });

  app.get('/sign-in/forgot', (c) => {
    const { warning } = contextOf();
    refuseWithoutMail(deps);
    return answerPage(c, forgottenPage({ warning }));
  });

  app.post('/sign-in/forgot', async (c) => {
    contextOf();
    refuseWithoutMail(deps);
    const email = (await fieldsOf(c))('email').trim();
    requestReset(deps, { email, address: addressKey(c.get('client').address) });
    return answerPage(c, forgottenSentPage());
  });
}

function refuseWithoutMail({ mail }: SignInDependencies): void {
  if (mail === null)
    throw new LoadstarError('not_found', 'No mail is sent from here: ask an administrator for a link.');
}
