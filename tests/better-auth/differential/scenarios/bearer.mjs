import { scenario } from '../scenario.mjs';

export default [
  scenario('bearer forms of a session', async (world) => {
    const ann = await world.signsUp('ann');
    const token = ann.sessionToken;
    const signed = decodeURIComponent(ann.sessionCookie[1]);
    const fields = [
      `Bearer ${token}`,
      `Bearer ${signed}`,
      `Bearer ${encodeURIComponent(signed)}`,
      `bearer ${token}`,
      `BEARER ${signed}`,
      `Bearer  ${token}`,
      token,
      `Basic ${token}`,
      'Bearer',
      'Bearer ',
      'Bearer unknown',
      `Bearer ${'x'.repeat(32)}`,
      `Bearer ${token}.`,
      `Bearer ${token}.AAAA`,
      `Bearer ${decodeURIComponent(world.signed(token, 'another secret'))}`,
      `Bearer ${token.toLowerCase()}`,
    ];
    for (const authorization of fields) await world.browser().get('/get-session', { headers: { authorization } });
  }),

  scenario('a session by bearer token', async (world) => {
    const ann = await world.signsUp('ann');
    const phone = world.browser({ bearer: ann.sessionToken });
    await phone.call('getSession');
    await phone.call('listSessions');
    await phone.call('updateUser', { name: 'Ann Lee' });
    await phone.get('/token');
    await phone.call('signOut');
    await ann.call('getSession');
  }),

  scenario('sign-in for a bearer token', async (world) => {
    await world.signsUp('ann');
    const { header } = await world.browser().post('/sign-in/email', world.credentials('ann'));
    const phone = world.browser({ bearer: header('set-auth-token') });
    await phone.call('getSession');
    await phone.call('changePassword', { currentPassword: world.password('ann'), newPassword: 'another password', revokeOtherSessions: true });
    await phone.call('getSession');
  }),

  scenario('a bearer token and a cookie', async (world) => {
    const ann = await world.signsUp('ann');
    const bob = await world.signsUp('bob');
    await world.browser({ bearer: ann.sessionToken, cookies: Object.fromEntries(bob.cookies) }).call('getSession');
    await world.browser({ bearer: 'unknown', cookies: Object.fromEntries(bob.cookies) }).call('getSession');
  }),

  scenario('a JWT as bearer token', async (world) => {
    const ann = await world.signsUp('ann');
    const { json } = await ann.get('/token');
    await world.browser({ bearer: json.token }).call('getSession');
  }),
];
