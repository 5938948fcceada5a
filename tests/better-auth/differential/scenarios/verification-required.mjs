import { scenario } from '../scenario.mjs';

const required = (name, steps) => scenario(name, steps, { profile: 'verification' });

export default [
  required('sign-up that needs verification', async (world) => {
    const ann = world.browser();
    await ann.call('signUp.email', { name: 'Ann', ...world.credentials('ann'), callbackURL: '/welcome' });
    await ann.call('getSession');
    const link = await world.mailTo(world.email('ann'));
    await ann.call('signIn.email', world.credentials('ann'));
    await ann.call('signIn.email', { email: world.email('ann'), password: 'wrong password' });
    await ann.opens(link);
    await ann.call('signIn.email', world.credentials('ann'));
    await ann.call('getSession');
  }),

  required('a taken address is not revealed', async (world) => {
    await world.browser().call('signUp.email', { name: 'Ann', ...world.credentials('ann') });
    await world.browser().call('signUp.email', { name: 'Eve', email: world.email('ann'), password: world.password('eve') });
    await world.stores('user', 'select name, email from "user" where email = $1', [world.email('ann')]);
  }),

  required('a session of an unverified user', async (world) => {
    const ann = world.browser();
    await ann.call('signUp.email', { name: 'Ann', ...world.credentials('ann') });
    await world.sql('update "user" set "emailVerified" = true where email = $1', [world.email('ann')]);
    await ann.call('signIn.email', world.credentials('ann'));
    await world.sql('update "user" set "emailVerified" = false where email = $1', [world.email('ann')]);
    await ann.call('getSession');
    await ann.call('sendVerificationEmail', { email: world.email('ann') });
  }),
];
