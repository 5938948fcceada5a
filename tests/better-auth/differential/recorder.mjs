// The transcript of a scenario on one server, normalized.

const COMPARED = /^(content-type|cache-control|location|allow|set-auth-token|set-auth-jwt|x-retry-after|access-control-.+)$/;

export class Recorder {
  entries = [];

  constructor(scenario, normalizer) {
    Object.assign(this, { scenario, normalizer });
  }

  exchange({ name, response }) {
    const { status, text } = response;
    // first, so that the numbers of placeholders follow the body
    const body = this.#body(text);
    const cookies = response.headers.filter(([name]) => name === 'set-cookie').map(([, field]) => this.normalizer.cookie(field));
    const headers = response.headers.filter(([name]) => COMPARED.test(name));
    this.#add(this.normalizer.text(name), {
      status,
      cookies: Object.fromEntries(cookies.map(([key, cookie], index) => [unique(cookies, key, index), cookie])),
      headers: Object.fromEntries(headers.map(([key, value]) => [key, this.normalizer.text(isList(key) ? sorted(value) : value)])),
      body,
    });
  }

  // What a call of the client resolved to; a part of its last request.
  result(result) {
    this.entries.at(-1).response.result = this.normalizer.value(result);
  }

  mail(mail) {
    this.#add('mail', { mail: this.normalizer.value(mail) });
  }

  rows(name, rows) {
    this.#add(name, { rows: this.normalizer.value(rows) });
  }

  failure(error) {
    this.#add('failure', { failure: error.message });
  }

  #add(name, response) {
    this.entries.push({ name: `${this.scenario} ${this.entries.length + 1}: ${name}`, response });
  }

  #body(text) {
    try {
      return this.normalizer.value(JSON.parse(text));
    } catch {
      return this.normalizer.text(text);
    }
  }
}

// The order of these is of no importance, and not that of the code.
function isList(name) {
  return name.startsWith('access-control-') && name.endsWith('-headers');
}

function sorted(list) {
  return list.split(',').map((item) => item.trim()).sort().join(', ');
}

// A name that is set twice in one response gets a number.
function unique(cookies, name, index) {
  const before = cookies.slice(0, index).filter(([other]) => other === name).length;
  return before ? `${name} (${before + 1})` : name;
}
