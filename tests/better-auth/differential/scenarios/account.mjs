import { scenario } from '../scenario.mjs';

export default [
  scenario('update-user', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('updateUser', { name: 'Ann Lee' });
    await ann.call('updateUser', { image: 'https://example.com/ann.png' });
    await ann.call('getSession');
    await ann.call('updateUser', { name: 'Ann', image: null });
    await ann.call('updateUser', { name: '' });
    await ann.call('getSession');
    await world.stores('user', 'select name, image, "createdAt", "updatedAt" from "user" where email = $1', [world.email('ann')]);
  }),

  scenario('update-user that is rejected', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('updateUser', {});
    await ann.call('updateUser', { email: world.email('other') });
    await ann.call('updateUser', { email: world.email('other'), name: 'Ann' });
    await ann.call('updateUser', { unknown: 1 });
    await ann.call('updateUser', { emailVerified: true });
    await ann.post('/update-user', []);
    await ann.post('/update-user', 'null', { type: 'application/json' });
    await world.browser().call('updateUser', { name: 'Ann' });
    await ann.call('getSession');
  }),

  scenario('update-user with members of other types', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('updateUser', { name: 1 });
    await ann.call('updateUser', { name: null });
    await ann.call('updateUser', { image: 1 });
  }),

  scenario('update-user without rememberMe', async (world) => {
    await world.signsUp('ann');
    const ann = world.browser();
    await ann.call('signIn.email', { ...world.credentials('ann'), rememberMe: false });
    await ann.call('updateUser', { name: 'Ann Lee' });
  }),

  scenario('list-accounts', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('listAccounts');
    await world.browser().call('listAccounts');
  }),

  scenario('other paths', async (world) => {
    const browser = world.browser();
    await browser.get('/ok');
    await browser.get('/unknown');
    await browser.post('/unknown');
    await browser.get('/sign-up/email');
    await browser.get('/sign-in/email');
    await browser.post('/jwks');
    await browser.post('/token');
    await browser.request('DELETE', '/sign-out');
  }),

  scenario('a path with a trailing slash', async (world) => {
    await world.browser().get('/get-session/');
  }),

  scenario('the short base path', async (world) => {
    const ann = world.browser({ short: true });
    await ann.call('signUp.email', { name: 'Ann', ...world.credentials('ann') });
    await ann.call('getSession');
    await ann.call('updateUser', { name: 'Ann Lee' });
    await ann.call('listSessions');
    await ann.call('changePassword', { currentPassword: world.password('ann'), newPassword: 'another password' });
    await ann.get('/token');
    await ann.get('/jwks');
    await ann.get('/ok');
    await ann.call('signOut');
    await ann.call('getSession');
    await ann.call('signIn.email', { email: world.email('ann'), password: 'another password' });
  }),
];
