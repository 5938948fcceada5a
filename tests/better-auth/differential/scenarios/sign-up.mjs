import { scenario } from '../scenario.mjs';

export default [
  scenario('sign-up by the client', async (world) => {
    const ann = world.browser();
    await ann.call('signUp.email', { name: 'Ann', ...world.credentials('ann') });
    await ann.call('getSession');
    const bob = world.browser();
    const image = 'https://example.com/bob.png';
    await bob.call('signUp.email', { name: 'Bob', ...world.credentials('bob'), image, callbackURL: '/welcome' });
    await bob.call('signUp.email', { name: 'Bob', ...world.credentials('bob') });
    await bob.call('getSession');
  }),

  scenario('rows of a sign-up', async (world) => {
    await world.signsUp('ann');
    await world.stores('user', 'select name, email, "emailVerified", image, "createdAt", "updatedAt" from "user" where email = $1', [world.email('ann')]);
    const ofUser = 'where "userId" = (select id from "user" where email = $1)';
    await world.stores('account', `select "providerId", "accountId" = "userId" as same, "createdAt", "updatedAt", scope, length(password) from account ${ofUser}`, [world.email('ann')]);
    await world.stores('session', `select token, "expiresAt", "createdAt", "updatedAt", "userAgent" from session ${ofUser}`, [world.email('ann')]);
  }),

  scenario('sign-up without rememberMe', async (world) => {
    const ann = world.browser();
    await ann.call('signUp.email', { name: 'Ann', ...world.credentials('ann'), rememberMe: false });
    await ann.call('getSession');
    const bob = world.browser();
    await bob.call('signUp.email', { name: 'Bob', ...world.credentials('bob'), rememberMe: true });
  }),

  scenario('sign-up with a taken address', async (world) => {
    await world.signsUp('ann');
    const eve = world.browser();
    await eve.call('signUp.email', { name: 'Eve', ...world.credentials('ann') });
    await eve.call('signUp.email', { name: 'Eve', email: world.email('ann').toUpperCase(), password: world.password('eve') });
    await eve.call('getSession');
  }),

  scenario('sign-up with unknown members', async (world) => {
    const ann = world.browser();
    const unknown = { role: 'admin', emailVerified: true, id: 'x', createdAt: '2020-01-01T00:00:00Z', nested: { deep: [1] } };
    await ann.post('/sign-up/email', { name: 'Ann', ...world.credentials('ann'), ...unknown });
    await ann.post('/sign-up/email?unknown=1', { name: 'Bob', ...world.credentials('bob') });
  }),

  scenario('sign-up with invalid bodies', async (world) => {
    const browser = world.browser();
    const ann = { name: 'Ann', ...world.credentials('ann') };
    const bodies = [
      {},
      [],
      null,
      'text',
      { ...ann, name: undefined },
      { ...ann, email: undefined },
      { ...ann, password: undefined },
      { ...ann, name: 1 },
      { ...ann, name: null },
      { ...ann, email: 1 },
      { ...ann, password: 1 },
      { ...ann, image: 1 },
      { ...ann, callbackURL: 1 },
      { ...ann, rememberMe: 'yes' },
    ];
    for (const body of bodies) await browser.post('/sign-up/email', JSON.stringify(body), { type: 'application/json' });
  }),

  scenario('sign-up with invalid syntax', async (world) => {
    const browser = world.browser();
    const ann = JSON.stringify({ name: 'Ann', ...world.credentials('ann') });
    for (const text of ['{', '{"name":"Ann",}', `${ann}x`]) {
      await browser.post('/sign-up/email', text, { type: 'application/json' });
    }
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x']) {
      await browser.post('/sign-up/email', ann, { type });
    }
    await browser.post('/sign-up/email', ann, { type: 'application/json; charset=utf-8' });
  }),

  scenario('sign-up with something missing', async (world) => {
    const browser = world.browser();
    await browser.post('/sign-up/email', '', { type: 'application/json' });
    await browser.post('/sign-up/email', { name: 'Ann', email: world.email('ann'), password: '' });
  }),

  scenario('sign-up with a form', async (world) => {
    const form = new URLSearchParams({ name: 'Ann', ...world.credentials('ann') });
    await world.browser().post('/sign-up/email', `${form}`, { type: 'application/x-www-form-urlencoded' });
  }),

  scenario('sign-up with odd addresses', async (world) => {
    const browser = world.browser();
    const { domain } = world;
    const addresses = ['ann', 'ann@', '@example.com', 'ann@localhost', ` ann@${domain}`, `ann@${domain} `, 'a b@example.com', 'ann@exämple.com', 'änn@example.com', ''];
    for (const email of addresses) await browser.post('/sign-up/email', { name: 'Ann', email, password: world.password('ann') });
    const accepted = [`Ann.LEE@${domain.toUpperCase()}`, `ann+tag@${domain}`, `o'neil@${domain}`];
    for (const email of accepted) await world.browser().post('/sign-up/email', { name: 'Ann', email, password: world.password('ann') });
  }),

  scenario('sign-up with passwords of odd lengths', async (world) => {
    const browser = world.browser();
    const passwords = ['1x-shor', '🔐🔐🔐x', `${'🔐'.repeat(64)}x`, 'y'.repeat(1000)];
    for (const password of passwords) await browser.post('/sign-up/email', { name: 'Ann', email: world.email('ann'), password });
    const accepted = ['1x-short', '🔐🔐🔐🔐', `${'🔐'.repeat(64)}`, '  spaces  '];
    for (const [number, password] of accepted.entries()) {
      await world.browser().post('/sign-up/email', { name: 'Ann', email: world.email(`ann${number}`), password });
      await world.browser().post('/sign-in/email', { email: world.email(`ann${number}`), password });
    }
  }),

  scenario('sign-up with a common password', async (world) => {
    await world.browser().call('signUp.email', { name: 'Ann', email: world.email('ann'), password: 'password123' });
  }),

  scenario('sign-up with odd names', async (world) => {
    for (const [number, name] of ['', ' ', 'Ann 🔐 👩‍👩‍👧', '<b>Ann</b>', 'n'.repeat(200)].entries()) {
      await world.browser().post('/sign-up/email', { name, ...world.credentials(`ann${number}`) });
    }
  }),

  scenario('sign-up of a signed-in user', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('signUp.email', { name: 'Bob', ...world.credentials('bob') });
    await ann.call('getSession');
  }),
];
