import { scenario } from '../scenario.mjs';

const overHttps = (name, steps) => scenario(name, steps, { profile: 'https' });
const PAGE = { page: 'https://app.example.com' };

export default [
  overHttps('cookies of a public URL with https', async (world) => {
    const ann = world.browser(PAGE);
    await ann.call('signUp.email', { name: 'Ann', ...world.credentials('ann') });
    await ann.call('getSession');
    await ann.call('updateUser', { name: 'Ann Lee' });
    const [name, value] = ann.sessionCookie;
    for (const other of [name.replace('__Secure-', ''), name.replace('__Secure-', '__Host-')]) {
      await world.browser({ ...PAGE, cookies: { [other]: value } }).call('getSession');
    }
    await ann.call('signOut');
    await ann.call('signIn.email', { ...world.credentials('ann'), rememberMe: false });
    await ann.call('getSession');
  }),

  overHttps('links of a public URL with https', async (world) => {
    const ann = world.browser(PAGE);
    await ann.call('signUp.email', { name: 'Ann', ...world.credentials('ann') });
    await ann.call('sendVerificationEmail', { email: world.email('ann'), callbackURL: 'https://app.example.com/welcome' });
    await ann.opens(await world.mailTo(world.email('ann')));
    await ann.call('requestPasswordReset', { email: world.email('ann'), redirectTo: 'https://app.example.com/reset' });
    await ann.opens(await world.mailTo(world.email('ann')));
    await ann.post('/update-user', { name: 'Ann' }, { page: 'https://api.example.com' });
    await ann.post('/update-user', { name: 'Ann' }, { page: world.server.base });
  }),
];
