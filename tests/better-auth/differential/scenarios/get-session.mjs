import { scenario } from '../scenario.mjs';

const DAY = 86_400;

const age = (world, browser, seconds) =>
  world.sql(
    `update session set "createdAt" = "createdAt" - $2 * interval '1 second', "updatedAt" = "updatedAt" - $2 * interval '1 second',
     "expiresAt" = "expiresAt" - $2 * interval '1 second' where token = $1`,
    [browser.sessionToken, seconds],
  );

export default [
  scenario('get-session without a session', async (world) => {
    const browser = world.browser();
    await browser.call('getSession');
    await browser.call('getSession', { query: { disableCookieCache: true, disableRefresh: true } });
    await browser.get('/get-session?disableCookieCache=maybe');
    await browser.get('/get-session?unknown=1');
    await browser.post('/get-session');
    await browser.request('PUT', '/get-session', {});
  }),

  scenario('get-session of a new session', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('getSession');
    await ann.call('getSession', { query: { disableCookieCache: true } });
    await ann.call('getSession', { query: { disableRefresh: true } });
    await ann.call('getSession', { fetchOptions: { headers: { 'x-other': '1' } } });
    await ann.post('/get-session');
  }),

  scenario('get-session slides the expiry once a day', async (world) => {
    const ann = await world.signsUp('ann');
    await age(world, ann, DAY - 600);
    await ann.call('getSession');
    await age(world, ann, 1200);
    await ann.call('getSession', { query: { disableRefresh: true } });
    await ann.call('getSession');
    await ann.call('getSession');
    await world.stores('session', 'select "expiresAt", "createdAt", "updatedAt" from session where token = $1', [ann.sessionToken]);
  }),

  scenario('get-session just before the expiry', async (world) => {
    const ann = await world.signsUp('ann');
    await age(world, ann, 7 * DAY - 600);
    await ann.call('getSession');
  }),

  scenario('get-session without rememberMe does not slide', async (world) => {
    await world.signsUp('ann');
    const ann = world.browser();
    await ann.call('signIn.email', { ...world.credentials('ann'), rememberMe: false });
    await age(world, ann, DAY / 2);
    await ann.call('getSession');
    await world.stores('session', 'select "expiresAt" from session where token = $1', [ann.sessionToken]);
  }),

  scenario('get-session of an expired session', async (world) => {
    const ann = await world.signsUp('ann');
    const token = ann.sessionToken;
    await age(world, ann, 7 * DAY + 60);
    await ann.call('getSession');
    await world.stores('session', 'select token from session where token = $1', [token]);
    await ann.call('getSession');
  }),

  scenario('get-session of a deleted user', async (world) => {
    const ann = await world.signsUp('ann');
    await world.sql('delete from "user" where email = $1', [world.email('ann')]);
    await ann.call('getSession');
  }),

  scenario('an expired session elsewhere', async (world) => {
    const ann = await world.signsUp('ann');
    await age(world, ann, 7 * DAY + 60);
    await ann.call('listSessions');
    await ann.call('updateUser', { name: 'Ann' });
  }),

  scenario('sign-out', async (world) => {
    const ann = await world.signsUp('ann');
    const token = ann.sessionToken;
    const cookies = Object.fromEntries(ann.cookies);
    await ann.call('signOut');
    await world.stores('session', 'select token from session where token = $1', [token]);
    await ann.call('getSession');
    await ann.call('signOut');
    const stale = world.browser({ cookies });
    await stale.call('getSession');
    await world.browser({ cookies }).call('signOut');
    await world.browser({ cookies }).call('updateUser', { name: 'Ann' });
  }),

  scenario('sign-out with odd requests', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.get('/sign-out');
    await ann.post('/sign-out', '', { type: 'application/json' });
    const bob = await world.signsUp('bob');
    await bob.request('POST', '/sign-out', undefined);
    const eve = await world.signsUp('eve');
    await eve.post('/sign-out', { unknown: 1 });
  }),
];
