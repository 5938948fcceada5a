import { scenario } from '../scenario.mjs';

const verify = (world, name) => world.sql('update "user" set "emailVerified" = true where email = $1', [world.email(name)]);

const stored = (world, name) => world.stores('user', 'select email, "emailVerified" from "user" where email = $1', [world.email(name)]);

export default [
  scenario('change-email of an unverified user', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('changeEmail', { newEmail: world.email('new'), callbackURL: '/settings' });
    const link = await world.mailTo(world.email('new'));
    await stored(world, 'ann');
    await ann.opens(link);
    await stored(world, 'new');
    await ann.call('getSession');
    await ann.opens(link);
  }),

  scenario('change-email of a verified user', async (world) => {
    const ann = await world.signsUp('ann');
    await verify(world, 'ann');
    await ann.call('changeEmail', { newEmail: world.email('new'), callbackURL: '/settings' });
    const confirmation = await world.mailTo(world.email('ann'));
    await ann.opens(confirmation);
    await stored(world, 'ann');
    const link = await world.mailTo(world.email('new'));
    await ann.opens(link);
    await stored(world, 'new');
    await ann.call('getSession');
    await ann.call('signIn.email', { email: world.email('new'), password: world.password('ann') });
  }),

  scenario('change-email that is rejected', async (world) => {
    const ann = await world.signsUp('ann');
    await world.signsUp('bob');
    await ann.call('changeEmail', { newEmail: world.email('ann') });
    await ann.call('changeEmail', { newEmail: world.email('ANN') });
    await ann.call('changeEmail', { newEmail: world.email('bob') });
    await ann.call('changeEmail', { newEmail: 'nonsense' });
    await ann.post('/change-email', {});
    await ann.post('/change-email', { newEmail: 1 });
    await ann.call('changeEmail', { newEmail: world.email('new'), callbackURL: 'https://evil.example' });
    await world.browser().call('changeEmail', { newEmail: world.email('new') });
    await ann.call('getSession');
  }),

  scenario('change-email to an address that is taken later', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('changeEmail', { newEmail: world.email('new') });
    const link = await world.mailTo(world.email('new'));
    await world.signsUp('new');
    await ann.opens(link);
    await stored(world, 'ann');
    await stored(world, 'new');
  }),
];
