import { scenario } from '../scenario.mjs';

const MOST_ATTEMPTS = 60;

export default [
  scenario(
    'too many sign-ins',
    async (world) => {
      await world.signsUp('ann');
      const eve = world.browser();
      const attempt = () => eve.client.signIn.email({ email: world.email('ann'), password: 'wrong password' });
      await eve.silently(async () => {
        for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts += 1) {
          if ((await attempt()).error.status === 429) return;
        }
      });
      await eve.call('signIn.email', { email: world.email('ann'), password: 'wrong password' });
    },
    { profile: 'limited' },
  ),
];
