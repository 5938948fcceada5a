// The sign-in that the tests sign in at: Better Auth on PostgreSQL, behind plain Node HTTP on 127.0.0.1.
// It ends when its standard input does, and so with the test process, however that ends. The environment sets it:
//
//   DATABASE_URL, BETTER_AUTH_SECRET
//   PORT              0 takes a free one
//   BASE_URL          its public address, where that is not the one it listens on
//   MIGRATE=on        makes its tables by its own migrator
//   COOKIE_CACHE      compact, jwt or jwe; none unless set
//   BEARER=on         the plugin bearer()
//   JWT=on            the plugin jwt(), with ALG (EdDSA), ROTATION_INTERVAL and GRACE_PERIOD in seconds
//
// Standard output: `listening on http://…`, before that with MIGRATE `migrated: <tables that were not there, or not as they should>`,
// and `mail to <address>: <token>` for every e-mail verification.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { bearer } from 'better-auth/plugins/bearer';
import { jwt } from 'better-auth/plugins/jwt';
import pg from 'pg';

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
  return [...(isOn('JWT') ? [jwt({ jwks, sessionCookieCache })] : []), ...(isOn('BEARER') ? [bearer()] : [])];
}

function options(address) {
  const database = new pg.Pool({ connectionString: env.DATABASE_URL });
  // a connection that is cut while nobody uses it is no reason to end
  database.on('error', (error) => console.error(error.message));
  return {
    baseURL: env.BASE_URL ?? address,
    secret: env.BETTER_AUTH_SECRET,
    database,
    emailAndPassword: { enabled: true },
    emailVerification: {
      sendOnSignUp: true,
      sendVerificationEmail: async ({ user, token }) => console.log(`mail to ${user.email}: ${token}`),
    },
    session: env.COOKIE_CACHE && { cookieCache: { enabled: true, strategy: env.COOKIE_CACHE } },
    user: { deleteUser: { enabled: true } },
    rateLimit: { enabled: false },
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
  return toNodeHandler(auth);
}

// its own address is in its tokens, and known when it listens; who calls before it is ready waits
const server = createServer(async (request, response) => (await ready)(request, response));
const ready = handler();
server.listen(Number(env.PORT ?? 0), '127.0.0.1');
await ready;
