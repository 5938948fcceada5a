import { scenario } from '../scenario.mjs';

const makeStale = (world, browser) =>
  world.sql(`update session set "createdAt" = "createdAt" - interval '25 hours' where token = $1`, [browser.sessionToken]);

export default [
  scenario('delete-user with the password', async (world) => {
    const ann = await world.signsUp('ann');
    const phone = await world.signsIn('ann');
    await ann.call('deleteUser', { password: world.password('ann') });
    await ann.call('getSession');
    await phone.call('getSession');
    await ann.call('signIn.email', world.credentials('ann'));
    await world.stores('user', 'select email from "user" where email = $1', [world.email('ann')]);
    await ann.call('signUp.email', { name: 'Ann', ...world.credentials('ann') });
  }),

  scenario('delete-user of a fresh session', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('deleteUser', {});
    await ann.call('getSession');
  }),

  scenario('delete-user of a stale session', async (world) => {
    const ann = await world.signsUp('ann');
    await makeStale(world, ann);
    await ann.call('deleteUser', {});
    await ann.call('deleteUser', { password: 'wrong password' });
    await ann.call('deleteUser', { password: world.password('ann') });
    await ann.call('getSession');
  }),

  scenario('delete-user that is rejected', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('deleteUser', { password: 'wrong password' });
    await ann.post('/delete-user', { password: 1 });
    await ann.call('deleteUser', { token: 'unknown' });
    await ann.call('deleteUser', { callbackURL: 'https://evil.example' });
    await ann.call('getSession');
    await world.browser().call('deleteUser', { password: world.password('ann') });
  }),
];
