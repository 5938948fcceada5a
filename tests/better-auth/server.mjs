// A Better Auth server for the tests: on PostgreSQL, served by node:http on 127.0.0.1.
// It exits at the end of its standard input, and thus with the test process. Environment variables:
//
//   DATABASE_URL, BETTER_AUTH_SECRET
//   PORT              0 or unset: a free port
//   BASE_URL          the public URL, if it differs from the address it listens on
//   MIGRATE=on        creates the tables with Better Auth's migrator
//   COOKIE_CACHE      compact, jwt or jwe; unset: no cookie cache
//   BEARER=on, ADMIN=on  enable the plugins bearer() and admin()
//   TRUSTED_ORIGINS   comma-separated
//   MAIL=off          no e-mail verification and no password reset
//   SEND_ON_SIGN_UP=off  no verification e-mail at a sign-up
//   CHANGE_EMAIL      off, or on: asks the present address first; unset: only the new one
//   REQUIRE_EMAIL_VERIFICATION=on, RATE_LIMIT=on  enable what their names say
//   STORE_IDENTIFIER  hashed: stores only hashes of identifiers in the table verification
//   JWT=on            enables the plugin jwt(); ALG (default EdDSA), ROTATION_INTERVAL and GRACE_PERIOD (seconds) configure it
//
// `GET /verify-jwt` with a bearer token: the claims if `auth.api.verifyJWT` accepts the token, else null.
//
// Standard output: `migrated: <created and altered tables>` if MIGRATE is on, then `listening on http://…`;
// `mail to <address>: <token>` for each verification e-mail, `reset of <address>: <token>` for each password reset and
// `link to <address>: <URL>` for every e-mail.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { toNodeHandler } from 'better-auth/node';
import { admin } from 'better-auth/plugins/admin';
import { bearer } from 'better-auth/plugins/bearer';
import { jwt } from 'better-auth/plugins/jwt';
import pg from 'pg';

// up to 1.4 the migrator is exported by better-auth/db
const { getMigrations } = await import('better-auth/db/migration').catch(() => import('better-auth/db'));

const { env } = process;

const isOn = (name) => env[name] === 'on';
const seconds = (name) => (env[name] ? Number(env[name]) : undefined);

function plugins() {
  const jwks = {
    keyPairConfig: { alg: env.ALG ?? 'EdDSA' },
    rotationInterval: seconds('ROTATION_INTERVAL'),
    gracePeriod: seconds('GRACE_PERIOD'),
  };
  const sessionCookieCache = env.COOKIE_CACHE === 'jwt';
  return [
    ...(isOn('JWT') ? [jwt({ jwks, sessionCookieCache })] : []),
    ...(isOn('BEARER') ? [bearer()] : []),
    ...(isOn('ADMIN') ? [admin()] : []),
  ];
}

const logsLink = async (to, url) => console.log(`link to ${to}: ${url}`);

const emailVerification = {
  sendOnSignUp: env.SEND_ON_SIGN_UP !== 'off',
  sendVerificationEmail: async ({ user, url, token }) => {
    console.log(`mail to ${user.email}: ${token}`);
    await logsLink(user.email, url);
  },
};

const changeEmail = {
  enabled: env.CHANGE_EMAIL !== 'off',
  ...(isOn('CHANGE_EMAIL') && { sendChangeEmailConfirmation: ({ user, url }) => logsLink(user.email, url) }),
};

const sendResetPassword = async ({ user, url, token }) => {
  console.log(`reset of ${user.email}: ${token}`);
  await logsLink(user.email, url);
};

const emailAndPassword = {
  enabled: true,
  requireEmailVerification: isOn('REQUIRE_EMAIL_VERIFICATION'),
  ...(env.MAIL !== 'off' && { sendResetPassword }),
};

function options(address) {
  const database = new pg.Pool({ connectionString: env.DATABASE_URL });
  // without a listener, an idle connection's error would end the process
  database.on('error', (error) => console.error(error.message));
  return {
    baseURL: env.BASE_URL ?? address,
    secret: env.BETTER_AUTH_SECRET,
    database,
    trustedOrigins: env.TRUSTED_ORIGINS?.split(','),
    emailAndPassword,
    verification: env.STORE_IDENTIFIER && { storeIdentifier: env.STORE_IDENTIFIER },
    emailVerification: env.MAIL === 'off' ? undefined : emailVerification,
    session: env.COOKIE_CACHE && { cookieCache: { enabled: true, strategy: env.COOKIE_CACHE } },
    user: { deleteUser: { enabled: true }, changeEmail },
    rateLimit: { enabled: isOn('RATE_LIMIT') },
    plugins: plugins(),
  };
}

async function migrate(settings) {
  const { toBeCreated, toBeAdded, runMigrations } = await getMigrations(settings);
  await runMigrations();
  console.log(`migrated: ${[...toBeCreated, ...toBeAdded].map(({ table }) => table)}`);
}

process.stdin.on('end', () => process.exit()).resume();

async function handler() {
  await once(server, 'listening');
  const address = `http://127.0.0.1:${server.address().port}`;
  const settings = options(address);
  if (isOn('MIGRATE')) await migrate(settings);
  const auth = betterAuth(settings);
  await auth.$context;
  console.log(`listening on ${address}`);
  const handle = toNodeHandler(auth);
  return (request, response) => (request.url === '/verify-jwt' ? verify(auth, request, response) : handle(request, response));
}

async function verify(auth, { headers }, response) {
  const token = headers.authorization.slice('Bearer '.length);
  const { payload } = await auth.api.verifyJWT({ body: { token } });
  response.setHeader('content-type', 'application/json').end(JSON.stringify(payload));
}

// tokens contain the server's address, which is known once it listens; earlier requests wait
const server = createServer(async (request, response) => (await ready)(request, response));
const ready = handler();
server.listen(Number(env.PORT ?? 0), '127.0.0.1');
await ready;
