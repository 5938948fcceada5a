import account from './account.mjs';
import bearer from './bearer.mjs';
import changeEmail from './change-email.mjs';
import cookies from './cookies.mjs';
import csrf from './csrf.mjs';
import deleteUser from './delete-user.mjs';
import https from './https.mjs';
import limits from './limits.mjs';
import noMail from './no-mail.mjs';
import passwordReset from './password-reset.mjs';
import passwords from './passwords.mjs';
import redirects from './redirects.mjs';
import sessions from './sessions.mjs';
import signIn from './sign-in.mjs';
import signUp from './sign-up.mjs';
import tokens from './tokens.mjs';
import useSession from './get-session.mjs';
import verification from './verification.mjs';
import verificationRequired from './verification-required.mjs';

export const scenarios = [
  signUp,
  signIn,
  useSession,
  sessions,
  passwords,
  account,
  changeEmail,
  deleteUser,
  passwordReset,
  verification,
  tokens,
  bearer,
  cookies,
  csrf,
  redirects,
  noMail,
  verificationRequired,
  https,
  limits,
].flat();
