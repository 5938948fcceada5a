import { scenario } from '../scenario.mjs';

export default [
  scenario('token', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.get('/token');
    await ann.get('/token');
    await world.browser().get('/token');
    await ann.call('signOut');
    await ann.get('/token');
  }),

  scenario('jwks', async (world) => {
    await world.browser().get('/jwks');
  }),
];
