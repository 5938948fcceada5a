import { scenario } from '../scenario.mjs';

export default [
  scenario('change-password', async (world) => {
    const ann = await world.signsUp('ann');
    const phone = await world.signsIn('ann');
    await ann.call('changePassword', { currentPassword: world.password('ann'), newPassword: 'another password' });
    await ann.call('getSession');
    await phone.call('signIn.email', world.credentials('ann'));
    await phone.call('signIn.email', { email: world.email('ann'), password: 'another password' });
  }),

  scenario('other sessions after change-password', async (world) => {
    const ann = await world.signsUp('ann');
    const phone = await world.signsIn('ann');
    await ann.call('changePassword', { currentPassword: world.password('ann'), newPassword: 'another password' });
    await phone.call('getSession');
  }),

  scenario('change-password that revokes other sessions', async (world) => {
    const ann = await world.signsUp('ann');
    const before = world.browser({ cookies: Object.fromEntries(ann.cookies) });
    const phone = await world.signsIn('ann');
    const change = { currentPassword: world.password('ann'), newPassword: 'another password', revokeOtherSessions: true };
    await ann.call('changePassword', change);
    await before.call('getSession');
    await phone.call('getSession');
    await ann.call('getSession');
    await ann.call('listSessions');
  }),

  scenario('change-password that is rejected', async (world) => {
    const ann = await world.signsUp('ann');
    const right = { currentPassword: world.password('ann'), newPassword: 'another password' };
    await ann.call('changePassword', { ...right, currentPassword: 'wrong password' });
    await ann.call('changePassword', { ...right, newPassword: 'short' });
    await ann.call('changePassword', { ...right, newPassword: 'x'.repeat(129) });
    await ann.post('/change-password', {});
    await ann.post('/change-password', { newPassword: right.newPassword });
    await ann.post('/change-password', { ...right, newPassword: 1 });
    await ann.post('/change-password', { ...right, revokeOtherSessions: 'yes' });
    await world.browser().call('changePassword', right);
    await ann.call('signIn.email', world.credentials('ann'));
  }),

  scenario('change-password without rememberMe', async (world) => {
    await world.signsUp('ann');
    const ann = world.browser();
    await ann.call('signIn.email', { ...world.credentials('ann'), rememberMe: false });
    const change = { currentPassword: world.password('ann'), newPassword: 'another password', revokeOtherSessions: true };
    await ann.call('changePassword', change);
    await ann.call('getSession');
  }),

  scenario('passwords of a user who has none', async (world) => {
    const ann = await world.signsUp('ann');
    await world.sql(`update account set "providerId" = 'google', "accountId" = '1', password = null where "userId" = (select id from "user" where email = $1)`, [world.email('ann')]);
    await ann.call('changePassword', { currentPassword: world.password('ann'), newPassword: 'another password' });
    await ann.post('/verify-password', { password: world.password('ann') });
    await ann.call('listAccounts');
  }),

  scenario('change-password to a common password', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('changePassword', { currentPassword: world.password('ann'), newPassword: 'password123' });
  }),

  scenario('verify-password', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.post('/verify-password', { password: world.password('ann') });
    await ann.post('/verify-password', { password: 'wrong password' });
    await ann.post('/verify-password', {});
    await ann.post('/verify-password', { password: 1 });
    await world.browser().post('/verify-password', { password: world.password('ann') });
  }),
];
