import { scenario } from '../scenario.mjs';

const makeStale = (world, browser) =>
  world.sql(`update session set "createdAt" = "createdAt" - interval '25 hours' where token = $1`, [browser.sessionToken]);

export default [
  scenario('list-sessions', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('listSessions');
    await world.signsUp('bob');
    const phone = await world.signsIn('ann');
    await phone.call('revokeSession', { token: ann.sessionToken });
    await phone.call('listSessions');
    await world.browser().call('listSessions');
    await phone.post('/list-sessions');
  }),

  scenario('list-sessions of a stale session', async (world) => {
    const ann = await world.signsUp('ann');
    await makeStale(world, ann);
    await ann.call('listSessions');
    await ann.call('revokeSession', { token: ann.sessionToken });
    await ann.call('revokeOtherSessions');
    await ann.call('revokeSessions');
    await ann.call('getSession');
  }),

  scenario('revoke-session', async (world) => {
    const ann = await world.signsUp('ann');
    const phone = await world.signsIn('ann');
    const bob = await world.signsUp('bob');
    await ann.call('revokeSession', { token: phone.sessionToken });
    await phone.call('getSession');
    await ann.call('revokeSession', { token: bob.sessionToken });
    await bob.call('getSession');
    await ann.call('revokeSession', { token: 'unknown' });
    await ann.post('/revoke-session', {});
    await ann.post('/revoke-session', { token: 1 });
    await world.browser().call('revokeSession', { token: ann.sessionToken });
    await ann.call('revokeSession', { token: ann.sessionToken });
    await ann.call('getSession');
  }),

  scenario('revoke-other-sessions', async (world) => {
    const ann = await world.signsUp('ann');
    const phone = await world.signsIn('ann');
    await ann.call('revokeOtherSessions');
    await phone.call('getSession');
    await ann.call('getSession');
    await world.browser().call('revokeOtherSessions');
  }),

  scenario('revoke-sessions', async (world) => {
    const ann = await world.signsUp('ann');
    const phone = await world.signsIn('ann');
    await ann.call('revokeSessions');
    await phone.call('getSession');
    await ann.call('getSession');
    await world.browser().call('revokeSessions');
  }),
];
