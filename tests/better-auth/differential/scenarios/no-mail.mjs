import { scenario } from '../scenario.mjs';

export default [
  scenario(
    'a server without mail',
    async (world) => {
      const ann = await world.signsUp('ann');
      await ann.call('requestPasswordReset', { email: world.email('ann'), redirectTo: '/reset' });
      await ann.call('requestPasswordReset', { email: world.email('nobody') });
      await ann.call('sendVerificationEmail', { email: world.email('ann') });
      await ann.call('changeEmail', { newEmail: world.email('new') });
      await ann.call('resetPassword', { newPassword: 'another password', token: 'unknown' });
      await ann.call('deleteUser', { password: world.password('ann') });
    },
    { profile: 'no mail' },
  ),
];
