// Replaces what differs between two runs (IDs, tokens, times, the server's address) by placeholders of its kind.

import { createHmac } from 'node:crypto';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/;
const COOKIE_TIME = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/;
const SIGNED = /^([A-Za-z0-9]{32})\.([A-Za-z0-9+/]{43}=)$/;
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const MINUTE = 60_000;

// Members whose value has no counterpart elsewhere in a transcript.
const UNCOMPARED = ['kid', 'jti', 'x'];

export class Normalizer {
  #ids = new Map();

  constructor(base, secret, now = () => Date.now()) {
    Object.assign(this, { base, secret, now });
  }

  // Keys are visited in sorted order, so that placeholders get the same numbers on both sides.
  value(value, key) {
    if (UNCOMPARED.includes(key)) return `<${key}>`;
    if (value instanceof Date) return `<Date ${this.#time(value.getTime())}>`;
    if (Array.isArray(value)) return byCreation(value).map((item) => this.value(item, key));
    if (value && typeof value === 'object') {
      const keys = Object.keys(value).sort();
      return Object.fromEntries(keys.map((name) => [name, this.value(value[name], name)]));
    }
    if (typeof value === 'number' && ['iat', 'exp', 'nbf'].includes(key)) return `<seconds ${this.#time(value * 1000)}>`;
    return typeof value === 'string' ? this.text(value) : value;
  }

  text(text) {
    if (ISO_TIME.test(text)) return `<time ${this.#time(Date.parse(text))}>`;
    if (COOKIE_TIME.test(text)) return `<date ${this.#time(Date.parse(text))}>`;
    const signed = SIGNED.exec(text);
    if (signed) return `<${this.#signature(signed[1], signed[2])} ${this.#id(signed[1])}>`;
    if (new RegExp(`^${JWT.source}$`).test(text)) return this.#jwt(text);
    return text
      .replaceAll(this.base, '<server>')
      .replaceAll(encodeURIComponent(this.base), '<encoded server>')
      .replace(JWT, (token) => `<jwt ${JSON.stringify(this.#jwt(token).claims)}>`)
      .replace(/(?<![A-Za-z0-9])([A-Za-z0-9]{32}|[A-Za-z0-9]{24})(?![A-Za-z0-9])/g, (id) => this.#id(id));
  }

  // A Set-Cookie field: its name, its value and its attributes.
  cookie(field) {
    const [pair, ...attributes] = field.split(';').map((part) => part.trim());
    const split = pair.indexOf('=');
    const raw = pair.slice(split + 1);
    const decoded = decodeURIComponent(raw);
    const value = raw === encodeURIComponent(decoded) ? this.text(decoded) : `not encoded: ${this.text(decoded)}`;
    const named = attributes.map((attribute) => attribute.split('=')).map(([name, text = true]) => [name.toLowerCase(), text]);
    return [pair.slice(0, split), { value, ...this.value(Object.fromEntries(named)) }];
  }

  #signature(token, signature) {
    const expected = createHmac('sha256', this.secret).update(token).digest('base64');
    return signature === expected ? 'signed' : 'badly signed';
  }

  #jwt(token) {
    const [header, claims] = token.split('.').slice(0, 2).map((part) => tryJson(Buffer.from(part, 'base64url').toString('utf8')));
    return { header: this.value(header), claims: this.value(claims) };
  }

  // The same value gets the same number throughout a scenario.
  #id(id) {
    if (!this.#ids.has(id)) this.#ids.set(id, `<${id.length} alphanumerics #${this.#ids.size + 1}>`);
    return this.#ids.get(id);
  }

  // A time relative to now, to the minute.
  #time(time) {
    if (!(time > 0)) return 'epoch';
    const minutes = Math.round((time - this.now()) / MINUTE);
    if (Math.abs(minutes) <= 1) return 'now';
    const sign = minutes > 0 ? '+' : '-';
    const units = [['d', 1440], ['h', 60], ['min', 1]];
    const [name, size] = units.find(([, size]) => Math.abs(minutes) + 1 >= size && isNear(minutes, size));
    return `now${sign}${Math.round(Math.abs(minutes) / size)}${name}`;
  }
}

// Better Auth lists sessions and accounts in no particular order.
function byCreation(items) {
  const time = (item) => new Date(item?.createdAt ?? 0).getTime();
  return [...items].sort((one, other) => time(one) - time(other));
}

function isNear(minutes, size) {
  const rest = Math.abs(minutes) % size;
  return rest <= 1 || size - rest <= 1;
}

function tryJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return 'not JSON';
  }
}
