// A browser on a page: it keeps cookies, sends what browsers send, and runs the unmodified client.

import { asResponse, exchange } from './http.mjs';

const PAGE = 'http://localhost:3000';

export class Browser {
  constructor({ base, prefix, createAuthClient, record }, { page = PAGE, site = 'same-site', bearer, cookies = {} } = {}) {
    Object.assign(this, { base, prefix, page, site, bearer, record });
    this.cookies = new Map(Object.entries(cookies));
    const customFetchImpl = (url, init) => this.#fetch(url, init);
    this.client = createAuthClient({ baseURL: `${base}${prefix}`, fetchOptions: { customFetchImpl } });
  }

  // Calls a method of the client, for example `signIn.email`, and records the requests and the result.
  async call(name, ...args) {
    const method = name.split('.').reduce((part, key) => part[key], this.client);
    const { data, error } = await method(...args);
    this.record.result({ data, error });
    return { data, error };
  }

  // Sends requests that are not recorded.
  async silently(steps) {
    this.isSilent = true;
    await steps();
    this.isSilent = false;
  }

  get(path, options) {
    return this.request('GET', path, undefined, options);
  }

  post(path, body = {}, options) {
    return this.request('POST', path, body, options);
  }

  // A fetch of the page, with cookies. A string is sent as it is; anything else as JSON.
  async request(method, path, body, { headers = {}, page = this.page, site = this.site, mode = 'cors', type } = {}) {
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const contentType = type ?? (body === undefined ? undefined : 'application/json');
    const fields = { ...this.#fields(method, { page, site, mode }), 'content-type': contentType, ...headers };
    return this.#send(method, `${this.prefix}${path}`, fields, text);
  }

  // A link that the user follows: a top-level navigation without an Origin.
  async opens(url) {
    const { pathname, search } = new URL(url, this.base);
    const fields = { 'user-agent': 'a browser', cookie: this.#cookieField(), 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    return this.#send('GET', `${pathname}${search}`, fields, undefined, 'the link');
  }

  async #fetch(url, { method = 'GET', headers, body } = {}) {
    const { pathname, search } = new URL(url);
    const fields = { ...this.#fields(method, this), ...Object.fromEntries(new Headers(headers)) };
    return asResponse(await this.#send(method, `${pathname}${search}`, fields, body ?? undefined));
  }

  #fields(method, { page, site, mode = 'cors' }) {
    const isCrossOrigin = site !== 'same-origin';
    return {
      'user-agent': 'a browser',
      origin: method !== 'GET' || isCrossOrigin ? page : undefined,
      'sec-fetch-site': site,
      'sec-fetch-mode': mode,
      'sec-fetch-dest': 'empty',
      cookie: this.#cookieField(),
      authorization: this.bearer && `Bearer ${this.bearer}`,
    };
  }

  async #send(method, path, fields, body, name = path.replace(this.prefix, '')) {
    const headers = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    const response = await exchange(this.base, { method, path, headers, body });
    for (const [name, value] of response.headers) if (name === 'set-cookie') this.#keep(value);
    if (!this.isSilent) this.record.exchange({ name: `${method} ${name}`, response });
    return { ...response, json: json(response.text), header: (name) => response.headers.find(([key]) => key === name)?.[1] };
  }

  #cookieField() {
    const pairs = [...this.cookies].map(([name, value]) => `${name}=${value}`);
    return pairs.length ? pairs.join('; ') : undefined;
  }

  #keep(field) {
    const [pair, ...attributes] = field.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    const isCleared = attributes.some((attribute) => attribute.toLowerCase() === 'max-age=0');
    if (isCleared) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(pair.indexOf('=') + 1));
  }

  // The name and the raw value of the session cookie.
  get sessionCookie() {
    return [...this.cookies].find(([name]) => name.endsWith('session_token'));
  }

  // The stored session token: the cookie without its signature.
  get sessionToken() {
    return decodeURIComponent(this.sessionCookie[1]).split('.')[0];
  }
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
