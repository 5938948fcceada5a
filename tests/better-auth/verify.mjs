// Verifies the token on standard input with jose, as another service does. Environment variables: JWKS_URL, ISSUER.
// Standard output: the claims, or an error code of jose.

import { text } from 'node:stream/consumers';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const { JWKS_URL, ISSUER } = process.env;

try {
  const keys = createRemoteJWKSet(new URL(JWKS_URL));
  const rules = { issuer: ISSUER, audience: ISSUER, typ: 'at+jwt', algorithms: ['EdDSA'] };
  const { payload } = await jwtVerify(await text(process.stdin), keys, rules);
  console.log(JSON.stringify(payload));
} catch (error) {
  console.log(JSON.stringify(error.code ?? error.message));
}
