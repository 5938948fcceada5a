import { scenario } from '../scenario.mjs';

// Values of `callbackURL` and `redirectTo`.
const URLS = ({ base }) => [
  '/welcome',
  '/welcome?next=%2Ftasks&a=1#top',
  '/',
  'welcome',
  '',
  `${base}/welcome`,
  'http://localhost:3000/welcome',
  'https://app.example.com',
  'https://app.example.com/welcome?a=1',
  'http://app.example.com/welcome',
  'https://app.example.com.evil.example/',
  'https://app.example.com@evil.example/',
  'https://evil.example/',
  'https://evil.example/?https://app.example.com',
  '//evil.example',
  '/\\evil.example',
  '/%5Cevil.example',
  '/%2Fevil.example',
  '\\\\evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  '/a/../../b',
  '/wel come',
  '/[id]',
  '/welcome\r\nset-cookie: a=b',
];

export default [
  scenario('callbackURL of a sign-in', async (world) => {
    await world.signsUp('ann');
    for (const callbackURL of URLS(world.server)) {
      await world.browser().post('/sign-in/email', { ...world.credentials('ann'), callbackURL });
    }
    await world.browser().call('signIn.email', { ...world.credentials('ann'), callbackURL: '/welcome', fetchOptions: { disableDefaultFetchPlugins: true } });
  }),

  scenario('callbackURL of a wrong sign-in', async (world) => {
    await world.signsUp('ann');
    await world.browser().post('/sign-in/email', { ...world.credentials('ann'), password: 'wrong password', callbackURL: '/welcome' });
    await world.browser().post('/sign-in/email?callbackURL=https%3A%2F%2Fevil.example', world.credentials('ann'));
  }),

  scenario('callbackURL of a sign-up', async (world) => {
    const urls = ['/welcome', 'https://app.example.com/welcome', 'https://evil.example/', '//evil.example', 'javascript:alert(1)'];
    for (const [number, callbackURL] of urls.entries()) {
      await world.browser().post('/sign-up/email', { name: 'Ann', ...world.credentials(`ann${number}`), callbackURL });
    }
  }),

  scenario('redirectTo of a password reset', async (world) => {
    for (const redirectTo of URLS(world.server)) {
      await world.browser().post('/request-password-reset', { email: world.email('nobody'), redirectTo });
    }
  }),
];
