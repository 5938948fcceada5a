import { scenario } from '../scenario.mjs';

const tokenOf = (link) => new URL(link).searchParams.get('token');

export default [
  scenario('verification of a new address', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('sendVerificationEmail', { email: world.email('ann'), callbackURL: 'https://app.example.com/welcome' });
    const link = await world.mailTo(world.email('ann'));
    await ann.opens(link);
    await ann.call('getSession');
    await ann.opens(link);
    await ann.call('verifyEmail', { query: { token: tokenOf(link) } });
    await ann.call('sendVerificationEmail', { email: world.email('ann') });
  }),

  scenario('verify-email by the client', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('sendVerificationEmail', { email: world.email('ann') });
    const token = tokenOf(await world.mailTo(world.email('ann')));
    const browser = world.browser();
    await browser.call('verifyEmail', { query: { token } });
    await browser.call('verifyEmail', { query: { token, callbackURL: '/welcome' } });
    await browser.call('getSession');
  }),

  scenario('send-verification-email', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('sendVerificationEmail', { email: world.email('ann'), callbackURL: '/welcome' });
    await world.mailTo(world.email('ann'));
    await ann.call('sendVerificationEmail', { email: world.email('other') });
    const browser = world.browser();
    await browser.call('sendVerificationEmail', { email: world.email('ann') });
    await world.mailTo(world.email('ann'));
    await browser.call('sendVerificationEmail', { email: world.email('nobody') });
    await browser.call('sendVerificationEmail', { email: 'nonsense' });
    await browser.post('/send-verification-email', {});
    await browser.post('/send-verification-email', { email: 1 });
    await browser.call('sendVerificationEmail', { email: world.email('ann'), callbackURL: 'https://evil.example' });
  }),

  scenario('verify-email with odd tokens', async (world) => {
    const ann = await world.signsUp('ann');
    const email = world.email('ann');
    const right = world.jwt({ email });
    const [header, claims, signature] = right.split('.');
    const tokens = [
      '',
      'nonsense',
      'a.b.c',
      ann.sessionToken,
      `${header}.${claims}.`,
      `${header}.${claims}.${signature.slice(0, -4)}AAAA`,
      world.jwt({ email }, { secret: 'another secret' }),
      world.jwt({ email }, { lifetime: -60 }),
      world.jwt({ email: world.email('nobody') }),
      world.jwt({ email: 'nonsense' }),
      world.jwt({}),
    ];
    for (const token of tokens) {
      await world.browser().get(`/verify-email?token=${encodeURIComponent(token)}`);
      await world.browser().get(`/verify-email?token=${encodeURIComponent(token)}&callbackURL=%2Fwelcome`);
    }
    await world.browser().get('/verify-email');
    await world.browser().get(`/verify-email?token=${right}&callbackURL=https%3A%2F%2Fevil.example`);
    await world.browser().get(`/verify-email?token=${right}&callbackURL=https%3A%2F%2Fapp.example.com%2Fwelcome%3Fa%3D1`);
    await ann.call('getSession');
  }),

  scenario('a verification token is no session', async (world) => {
    const ann = await world.signsUp('ann');
    await ann.call('sendVerificationEmail', { email: world.email('ann') });
    const token = tokenOf(await world.mailTo(world.email('ann')));
    await world.browser({ bearer: token }).call('getSession');
    await world.browser().call('resetPassword', { newPassword: 'another password', token });
  }),
];
