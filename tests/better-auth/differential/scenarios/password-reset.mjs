import { scenario } from '../scenario.mjs';

const tokenOf = (link) => new URL(link).pathname.split('/').at(-1);

export default [
  scenario('password reset by the client', async (world) => {
    await world.signsUp('ann');
    const browser = world.browser();
    await browser.call('requestPasswordReset', { email: world.email('ann'), redirectTo: '/reset' });
    const link = await world.mailTo(world.email('ann'));
    await world.stores(
      'verification',
      `select identifier like 'reset-password:%' as "isClear", "expiresAt", "createdAt", "updatedAt" from verification where value = (select id from "user" where email = $1)`,
      [world.email('ann')],
    );
    const { header } = await browser.opens(link);
    const token = new URL(header('location'), world.server.base).searchParams.get('token');
    await browser.call('resetPassword', { newPassword: 'another password', token });
    await browser.call('resetPassword', { newPassword: 'a third password', token });
    await browser.opens(link);
    await browser.call('signIn.email', world.credentials('ann'));
    await browser.call('signIn.email', { email: world.email('ann'), password: 'another password' });
  }),

  scenario('sessions after a password reset', async (world) => {
    const ann = await world.signsUp('ann');
    const browser = world.browser();
    await browser.call('requestPasswordReset', { email: world.email('ann') });
    const token = tokenOf(await world.mailTo(world.email('ann')));
    await browser.call('resetPassword', { newPassword: 'another password', token });
    await ann.call('getSession');
  }),

  scenario('request-password-reset', async (world) => {
    await world.signsUp('ann');
    const browser = world.browser();
    await browser.call('requestPasswordReset', { email: world.email('nobody'), redirectTo: '/reset' });
    await browser.call('requestPasswordReset', { email: world.email('ann') });
    await browser.call('requestPasswordReset', { email: world.email('ANN'), redirectTo: 'https://app.example.com/reset?step=2' });
    await browser.call('requestPasswordReset', { email: world.email('ann'), redirectTo: 'https://evil.example/reset' });
    await browser.call('requestPasswordReset', { email: 'nonsense' });
    await browser.post('/request-password-reset', {});
    await browser.post('/request-password-reset', { email: 1 });
    await browser.post('/request-password-reset', { email: world.email('ann'), redirectTo: 1 });
  }),

  scenario('the link of a password reset', async (world) => {
    await world.signsUp('ann');
    const browser = world.browser();
    await browser.call('requestPasswordReset', { email: world.email('ann'), redirectTo: 'https://app.example.com/reset?step=2' });
    const link = await world.mailTo(world.email('ann'));
    await browser.opens(link);
    const token = tokenOf(link);
    await browser.get(`/reset-password/${token}`);
    await browser.get(`/reset-password/${token}?callbackURL=`);
    await browser.get(`/reset-password/${token}?callbackURL=%2Freset`);
    await browser.get(`/reset-password/${token}?callbackURL=https%3A%2F%2Fevil.example`);
    await browser.get('/reset-password/unknown?callbackURL=%2Freset');
    await browser.get('/reset-password/unknown?callbackURL=https%3A%2F%2Fapp.example.com%2Freset');
  }),

  scenario('reset-password that is rejected', async (world) => {
    await world.signsUp('ann');
    const browser = world.browser();
    await browser.call('requestPasswordReset', { email: world.email('ann') });
    const token = tokenOf(await world.mailTo(world.email('ann')));
    await browser.call('resetPassword', { newPassword: 'another password', token: 'unknown' });
    await browser.call('resetPassword', { newPassword: 'another password' });
    await browser.call('resetPassword', { newPassword: 'short', token });
    await browser.call('resetPassword', { newPassword: 'x'.repeat(129), token });
    await browser.post('/reset-password', { token });
    await browser.post('/reset-password', { newPassword: 1, token });
    await browser.post(`/reset-password?token=${token}`, { newPassword: 'another password' });
  }),

  scenario('an expired password reset', async (world) => {
    await world.signsUp('ann');
    const browser = world.browser();
    await browser.call('requestPasswordReset', { email: world.email('ann'), redirectTo: '/reset' });
    const link = await world.mailTo(world.email('ann'));
    await world.sql(`update verification set "expiresAt" = now() - interval '1 minute' where value = (select id from "user" where email = $1)`, [world.email('ann')]);
    await browser.opens(link);
    await browser.call('resetPassword', { newPassword: 'another password', token: tokenOf(link) });
  }),

  scenario('password reset of a user without a password', async (world) => {
    await world.signsUp('ann');
    await world.sql(`delete from account where "userId" = (select id from "user" where email = $1)`, [world.email('ann')]);
    const browser = world.browser();
    await browser.call('requestPasswordReset', { email: world.email('ann') });
    const token = tokenOf(await world.mailTo(world.email('ann')));
    await browser.call('resetPassword', { newPassword: 'another password', token });
    await browser.call('signIn.email', { email: world.email('ann'), password: 'another password' });
  }),
];
