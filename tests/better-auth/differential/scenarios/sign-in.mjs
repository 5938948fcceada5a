import { scenario } from '../scenario.mjs';

export default [
  scenario('sign-in by the client', async (world) => {
    await world.signsUp('ann');
    const ann = world.browser();
    await ann.call('signIn.email', world.credentials('ann'));
    await ann.call('getSession');
    await ann.call('signIn.email', world.credentials('ann'));
    await ann.call('getSession');
    await world.browser().call('signIn.email', { ...world.credentials('ann'), email: world.email('ANN') });
  }),

  scenario('sign-in with wrong credentials', async (world) => {
    await world.signsUp('ann');
    const eve = world.browser();
    await eve.call('signIn.email', { email: world.email('ann'), password: world.password('eve') });
    await eve.call('signIn.email', world.credentials('nobody'));
    await eve.call('signIn.email', { email: world.email('ann'), password: '' });
    await eve.call('signIn.email', { email: world.email('ann'), password: 'x'.repeat(129) });
    await eve.call('signIn.email', { email: world.email('ann'), password: `${world.password('ann')} ` });
    await eve.call('getSession');
  }),

  scenario('sign-in with invalid bodies', async (world) => {
    await world.signsUp('ann');
    const browser = world.browser();
    const ann = world.credentials('ann');
    const bodies = [
      {},
      [],
      null,
      { email: ann.email },
      { password: ann.password },
      { ...ann, email: 'ann' },
      { ...ann, email: ` ${ann.email}` },
      { ...ann, email: null },
      { ...ann, password: 1 },
      { ...ann, rememberMe: 'yes' },
      { ...ann, callbackURL: 1 },
    ];
    for (const body of bodies) await browser.post('/sign-in/email', JSON.stringify(body), { type: 'application/json' });
    await browser.post('/sign-in/email', '{', { type: 'application/json' });
    await browser.post('/sign-in/email', { ...ann, unknown: true });
  }),

  scenario('sign-in without rememberMe', async (world) => {
    await world.signsUp('ann');
    const ann = world.browser();
    await ann.call('signIn.email', { ...world.credentials('ann'), rememberMe: false });
    await ann.call('getSession');
    await ann.call('listSessions');
    await ann.call('signIn.email', { ...world.credentials('ann'), rememberMe: true });
    await ann.call('getSession');
    await ann.call('signOut');
  }),

  scenario('sign-in of a user without a password', async (world) => {
    await world.signsUp('ann');
    await world.sql(`update account set "providerId" = 'google', "accountId" = '1', password = null where "userId" = (select id from "user" where email = $1)`, [world.email('ann')]);
    await world.browser().call('signIn.email', world.credentials('ann'));
  }),

  scenario('sign-in of an account with another accountId', async (world) => {
    await world.signsUp('ann');
    await world.sql(`update account set "accountId" = 'other' where "userId" = (select id from "user" where email = $1)`, [world.email('ann')]);
    await world.browser().call('signIn.email', world.credentials('ann'));
  }),

  scenario('social sign-in', async (world) => {
    const browser = world.browser();
    await browser.call('signIn.social', { provider: 'google', callbackURL: '/welcome' });
    await browser.call('signIn.social', { provider: 'github' });
    await browser.post('/sign-in/social', {});
    await browser.post('/sign-in/social', { provider: 1 });
  }),
];
