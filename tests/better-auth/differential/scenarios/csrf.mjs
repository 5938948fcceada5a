import { scenario } from '../scenario.mjs';

const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const NO_FETCH_METADATA = { 'sec-fetch-site': undefined, 'sec-fetch-mode': undefined, 'sec-fetch-dest': undefined };

// Header fields that a request to the server may carry.
const origins = ({ base }) => [
  { origin: base },
  { origin: 'http://localhost:3000' },
  { origin: 'https://app.example.com' },
  { origin: 'http://app.example.com' },
  { origin: 'https://app.example.com:8443' },
  { origin: 'https://app.example.com.evil.example' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: '' },
  { origin: 'nonsense' },
  { origin: undefined },
  { origin: undefined, referer: `${base}/page` },
  { origin: undefined, referer: 'https://app.example.com/page' },
  { origin: undefined, referer: 'https://evil.example/page' },
  { origin: 'null', referer: 'https://app.example.com/page' },
];

export default [
  scenario('origins of a request with a cookie', async (world) => {
    const ann = await world.signsUp('ann');
    for (const headers of origins(world.server)) {
      await ann.post('/update-user', { name: 'Ann' }, { headers: { ...NO_FETCH_METADATA, ...headers } });
    }
  }),

  scenario('origins of a sign-in by a browser', async (world) => {
    await world.signsUp('ann');
    for (const headers of origins(world.server)) {
      await world.browser({ site: 'cross-site' }).post('/sign-in/email', world.credentials('ann'), { headers });
    }
  }),

  scenario('origins of a sign-in without fetch metadata', async (world) => {
    await world.signsUp('ann');
    for (const headers of [{ origin: undefined }, { origin: 'https://evil.example' }, { origin: 'null' }, { origin: world.server.base }]) {
      await world.browser().post('/sign-in/email', world.credentials('ann'), { headers: { ...NO_FETCH_METADATA, ...headers } });
    }
  }),

  scenario('origins of a sign-up by a browser', async (world) => {
    for (const [number, origin] of ['https://evil.example', 'null', undefined, world.server.base].entries()) {
      await world.browser().post('/sign-up/email', { name: 'Ann', ...world.credentials(`ann${number}`) }, { headers: { origin } });
    }
  }),

  scenario('navigations across sites', async (world) => {
    await world.signsUp('ann');
    for (const site of ['cross-site', 'same-site', 'same-origin', 'none']) {
      const headers = { ...NAVIGATION, 'sec-fetch-site': site };
      await world.browser().post('/sign-in/email', world.credentials('ann'), { headers });
    }
    const form = `${new URLSearchParams(world.credentials('ann'))}`;
    const headers = { ...NAVIGATION, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    await world.browser().post('/sign-in/email', form, { headers, type: 'application/x-www-form-urlencoded' });
    const ann = await world.signsIn('ann');
    await ann.post('/sign-out', {}, { headers });
    await ann.call('getSession');
  }),

  scenario('origins of other requests with a cookie', async (world) => {
    const ann = await world.signsUp('ann');
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    await ann.get('/get-session', { headers });
    await ann.get('/list-sessions', { headers });
    await ann.get('/token', { headers });
    for (const path of ['/sign-out', '/revoke-sessions', '/change-password', '/delete-user', '/change-email', '/request-password-reset', '/send-verification-email', '/get-session']) {
      await ann.post(path, {}, { headers });
    }
    await ann.call('getSession');
  }),

  scenario('origins of a request by bearer token', async (world) => {
    const ann = await world.signsUp('ann');
    for (const origin of [undefined, 'null', 'https://evil.example']) {
      // a new browser each time, since the response sets a cookie
      await world.browser({ bearer: ann.sessionToken }).post('/update-user', { name: 'Ann' }, { headers: { origin } });
    }
  }),

  scenario('a page of the same origin', async (world) => {
    const browser = world.browser({ page: world.server.base, site: 'same-origin' });
    await browser.call('signUp.email', { name: 'Ann', ...world.credentials('ann') });
    await browser.call('updateUser', { name: 'Ann Lee' });
    await browser.call('getSession');
    await browser.call('signOut');
  }),

  scenario('preflight requests', async (world) => {
    const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
    for (const page of ['http://localhost:3000', 'https://evil.example']) {
      await world.browser({ page }).request('OPTIONS', '/sign-in/email', undefined, { headers: preflight });
    }
  }),
];
