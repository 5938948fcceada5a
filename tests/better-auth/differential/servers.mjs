// Starts a Better Auth and the service with the same settings, each on a database of its own.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { Mailbox, smtpServer } from './mailbox.mjs';

const SECRET = 'the secret of the differential test: 32 bytes and more';
const TRUSTED = 'http://localhost:3000,https://app.example.com';
const START_TIMEOUT = 60_000;

// The settings of both servers, by profile.
const PROFILES = {
  default: { reference: {}, service: {} },
  'no mail': { reference: { MAIL: 'off', CHANGE_EMAIL: 'off' }, service: { SMTP_URL: undefined, MAIL_FROM: undefined } },
  verification: { reference: { REQUIRE_EMAIL_VERIFICATION: 'on', SEND_ON_SIGN_UP: 'on' }, service: { REQUIRE_EMAIL_VERIFICATION: 'on' } },
  https: { reference: { BASE_URL: 'https://api.example.com' }, service: { PUBLIC_URL: 'https://api.example.com' } },
  limited: { reference: { RATE_LIMIT: 'on' }, service: { RATE_LIMIT: 'on' } },
};

export const profiles = Object.keys(PROFILES);

export async function startBetterAuth(profile, { modules, url, database }) {
  const mailbox = new Mailbox();
  const program = await readFile(new URL('../server.mjs', import.meta.url), 'utf8');
  const settings = {
    DATABASE_URL: url,
    BETTER_AUTH_SECRET: SECRET,
    PORT: '0',
    MIGRATE: 'on',
    JWT: 'on',
    BEARER: 'on',
    TRUSTED_ORIGINS: TRUSTED,
    CHANGE_EMAIL: 'on',
    SEND_ON_SIGN_UP: 'off',
    ...PROFILES[profile].reference,
  };
  const process = start('node', ['--input-type=module', '--eval', program], settings, modules);
  process.onLine((line) => {
    const [, to, link] = /^link to (\S+): (\S+)$/.exec(line) ?? [];
    if (to) mailbox.deliver(to, link);
  });
  const base = await process.logs(/^listening on (\S+)/);
  return { name: 'Better Auth', base, shortPrefix: '/api/auth', secret: SECRET, mailbox, database, stop: process.stop };
}

export async function startService(profile, { program, url, database }) {
  const mailbox = new Mailbox();
  const smtp = await smtpServer(mailbox);
  // the port is part of the public URL
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const settings = {
    DATABASE_URL: url,
    BETTER_AUTH_SECRET: SECRET,
    PORT: `${port}`,
    ACCOUNTS: 'on',
    ACCESS_TOKEN_ALG: 'EdDSA',
    PUBLIC_URL: base,
    CORS_ALLOWED_ORIGINS: TRUSTED,
    SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    MAIL_FROM: 'taskbridge <no-reply@example.com>',
    RATE_LIMIT: 'off',
    ...PROFILES[profile].service,
  };
  const process = start(program, [], settings);
  await process.logs(/(listening on) /);
  const stop = async () => {
    smtp.close();
    await process.stop();
  };
  return { name: 'the service', base, shortPrefix: '/api', secret: SECRET, mailbox, database, stop };
}

function start(program, args, settings, cwd) {
  const known = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const child = spawn(program, args, { cwd, env: { PATH: process.env.PATH, ...known }, stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = [];
  const listeners = new Set();
  const onLine = (listener) => {
    lines.forEach(listener);
    listeners.add(listener);
  };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const listener of listeners) listener(line);
    });
  }
  const exited = new Promise((resolve) => child.on('close', resolve));
  const stop = () => {
    child.stdin.end();
    child.kill();
    return exited;
  };
  const logs = (pattern) =>
    new Promise((resolve, reject) => {
      const fail = (reason) => reject(new Error(`${program} ${reason}:\n${lines.join('\n')}`));
      const timer = setTimeout(() => fail('does not start'), START_TIMEOUT);
      exited.then(() => fail('has exited'));
      onLine((line) => {
        const found = pattern.exec(line);
        if (!found) return;
        clearTimeout(timer);
        resolve(found[1]);
      });
    });
  return { onLine, logs, stop };
}

function freePort() {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
