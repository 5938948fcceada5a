import { scenario } from '../scenario.mjs';

const NAME = 'better-auth.session_token';

// A session whose signature differs between base64 and base64url. The attempts are not recorded.
async function withBase64Signature(world) {
  const browser = world.browser();
  await browser.silently(async () => {
    await browser.post('/sign-up/email', { name: 'ann', ...world.credentials('ann') });
    while (!/[+/]/.test(decodeURIComponent(browser.sessionCookie[1]))) await browser.post('/sign-in/email', world.credentials('ann'));
  });
  return browser;
}

export default [
  scenario('odd session cookies', async (world) => {
    const ann = await withBase64Signature(world);
    const token = ann.sessionToken;
    const right = ann.sessionCookie[1];
    const decoded = decodeURIComponent(right);
    const [, signature] = decoded.split('.');
    const base64url = signature.replaceAll('+', '-').replaceAll('/', '_');
    const values = [
      right,
      decoded,
      token,
      `${token}.`,
      `${token}.${encodeURIComponent(signature.slice(0, -2))}`,
      `${token}.${base64url}`,
      `${token}.${signature.slice(0, -1)}`,
      `${token}.${'A'.repeat(43)}%3D`,
      world.signed(token, 'another secret'),
      world.signed('x'.repeat(32)),
      world.signed(''),
      encodeURIComponent(right),
      `${right}x`,
      '',
      '%',
      '%E0%A4%A',
      'x'.repeat(3000),
    ];
    for (const value of values) await world.browser({ cookies: { [NAME]: value } }).get('/get-session');
  }),

  scenario('odd cookie fields', async (world) => {
    const ann = await world.signsUp('ann');
    const a = `${NAME}=${ann.sessionCookie[1]}`;
    const fields = [
      `theme=dark; ${a}; lang=en`,
      `${a};${a}`,
      ` ${a} `,
      `;;${a};`,
      a.replace(NAME, `__Secure-${NAME}`),
      a.replace(NAME, `__Host-${NAME}`),
      a.replace(NAME, NAME.toUpperCase()),
      `better-auth.dont_remember=${ann.sessionCookie[1]}`,
    ];
    for (const cookie of fields) await world.browser().get('/get-session', { headers: { cookie } });
  }),

  scenario('ambiguous cookie fields', async (world) => {
    const ann = await world.signsUp('ann');
    const bob = await world.signsUp('bob');
    const [a, b] = [ann, bob].map(({ sessionCookie }) => `${NAME}=${sessionCookie[1]}`);
    const quoted = `${NAME}="${ann.sessionCookie[1]}"`;
    for (const cookie of [`${a}; ${b}`, `${b}; ${a}`, `${NAME}=x; ${a}`, `${a}; ${NAME}=x`, quoted]) {
      await world.browser().get('/get-session', { headers: { cookie } });
    }
  }),

  scenario('a fixed session cookie is replaced', async (world) => {
    await world.signsUp('ann');
    const fixed = world.signed('f'.repeat(32));
    const browser = world.browser({ cookies: { [NAME]: fixed } });
    await browser.call('signIn.email', world.credentials('ann'));
    await world.browser({ cookies: { [NAME]: fixed } }).call('getSession');
    await browser.call('getSession');
  }),

  scenario('a dont_remember cookie of the browser', async (world) => {
    const ann = await world.signsUp('ann');
    for (const value of ['true', world.signed('true'), world.signed('true', 'another secret')]) {
      ann.cookies.set('better-auth.dont_remember', value);
      await ann.call('updateUser', { name: 'Ann Lee' });
    }
  }),
];
