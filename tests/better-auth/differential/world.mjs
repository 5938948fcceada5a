// What a scenario works with: browsers, the mailbox and the database of one server.

import { createHmac } from 'node:crypto';
import { Browser } from './browser.mjs';

const MAIL_TIMEOUT = 10_000;

export class World {
  constructor({ server, createAuthClient, record, scenario }) {
    Object.assign(this, { server, createAuthClient, record });
    this.domain = `${scenario.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}.example.com`;
  }

  // A browser without cookies. `short` is the base path /api, which Better Auth serves only if it is configured so.
  browser({ short = false, ...options } = {}) {
    const { base, shortPrefix } = this.server;
    const prefix = short ? shortPrefix : '/api/auth';
    return new Browser({ base, prefix, createAuthClient: this.createAuthClient, record: this.record }, options);
  }

  // An address that no other scenario uses.
  email(name) {
    return `${name}@${this.domain}`;
  }

  password(name) {
    return `the password of ${name}`;
  }

  credentials(name) {
    return { email: this.email(name), password: this.password(name) };
  }

  // A browser with a new user's session.
  async signsUp(name, options) {
    const browser = this.browser(options);
    await browser.post('/sign-up/email', { name, ...this.credentials(name) });
    return browser;
  }

  async signsIn(name, options) {
    const browser = this.browser(options);
    await browser.post('/sign-in/email', this.credentials(name));
    return browser;
  }

  sql(statement, parameters = []) {
    return this.server.database.query(statement, parameters);
  }

  // Records what the tables hold.
  async stores(name, statement, parameters = []) {
    this.record.rows(name, (await this.sql(statement, parameters)).rows);
  }

  // Waits for the next mail to the address, records it and returns its link.
  async mailTo(address) {
    const url = await this.server.mailbox.next(address, MAIL_TIMEOUT);
    this.record.mail({ to: address, url });
    return url;
  }

  // The value of a signed cookie.
  signed(token, secret = this.server.secret) {
    return encodeURIComponent(`${token}.${createHmac('sha256', secret).update(token).digest('base64')}`);
  }

  // A JWT as Better Auth makes them for e-mail verification.
  jwt(claims, { secret = this.server.secret, lifetime = 3600 } = {}) {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const iat = Math.floor(Date.now() / 1000);
    const signed = `${part({ alg: 'HS256' })}.${part({ ...claims, iat, exp: iat + lifetime })}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  }
}
