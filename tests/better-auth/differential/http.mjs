// One HTTP exchange with exactly the given header fields. The global fetch adds fields of its own, which CSRF rules read.

import http from 'node:http';

const WITHOUT_BODY = new Set([101, 204, 205, 304]);

// Sends a request without following redirects and resolves to `{ status, headers: [[name, value]…], text }`.
export function exchange(base, { method, path, headers, body }) {
  const { hostname, port } = new URL(base);
  const length = body === undefined && method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body ?? '') };
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method, path, headers: { ...headers, ...length }, agent: false });
    request.setTimeout(30_000, () => request.destroy(new Error(`no response to ${method} ${path}`)));
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode, headers: pairs(response.rawHeaders), text });
      });
    });
    request.end(body);
  });
}

function pairs(rawHeaders) {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names.map((name, index) => [name.toLowerCase(), rawHeaders[2 * index + 1]]);
}

// The response as the client's fetch returns it.
export function asResponse({ status, headers, text }) {
  return new Response(WITHOUT_BODY.has(status) ? null : text, { status, headers });
}
