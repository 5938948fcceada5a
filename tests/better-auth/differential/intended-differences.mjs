// The differences from Better Auth that are intended. A rule applies to the leaves of a response whose path matches `at`, in
// requests whose name matches `request`; `when` reads Better Auth's response. A rule that applies to nothing is reported.

const isError = ({ status }) => status >= 400;
const isServerError = ({ status }) => status >= 500;
const isAbsent = (value) => value === undefined;
const is = (...expected) => (value) => expected.includes(value);

export const intendedDifferences = [
  {
    reason: 'errors are problem details (RFC 9457) that also have the members message and code',
    at: /^(body|result\.error)\.(type|title|status|detail|instance|request_id|errors)(\..*)?$/,
    when: isError,
  },
  {
    reason: 'the media type of an error is application/problem+json',
    at: /^headers\.content-type$/,
    when: isError,
    service: is('application/problem+json'),
  },
  {
    reason: 'every error has a code',
    at: /^(body|result\.error)\.code$/,
    when: isError,
    reference: isAbsent,
    service: (code) => /^[A-Z_]+$/.test(code),
  },
  {
    reason: 'every error has a body',
    at: /^(body|result\.error\.(message|code))$/,
    when: ({ body }) => body === '',
    reference: is('', undefined),
  },
  {
    reason: 'another method of a known path is 405 with Allow, not 404',
    at: /^(status|headers\.allow|result\.error\.status)$/,
    when: ({ status }) => status === 404,
    service: is(405, 'POST', 'GET, HEAD'),
  },
  {
    reason: 'CORS for the listed origins; Better Auth leaves it to its framework',
    at: /^headers\.access-control-allow-(origin|credentials)$/,
    reference: isAbsent,
    service: is('true', 'http://localhost:3000', 'https://app.example.com'),
  },
  {
    reason: 'one list of exposed headers for all responses',
    at: /^headers\.access-control-expose-headers$/,
    service: (names) => ['set-auth-jwt', 'set-auth-token', 'x-retry-after'].every((name) => names.includes(name)),
  },
  {
    reason: 'no response may be cached',
    at: /^headers\.cache-control$/,
    reference: isAbsent,
    service: is('no-store'),
  },
  {
    reason: "set-auth-jwt and /token are access tokens of the service's own",
    at: /^(headers\.set-auth-jwt|body\.token)\.(header|claims)\./,
  },
  {
    reason: 'sessions have the address of the connection; Better Auth knows only that of a proxy',
    at: /^(body|result\.data)\.(session|\d+)\.ipAddress$/,
    reference: is(''),
    service: is('127.0.0.1'),
  },
  {
    reason: 'common passwords are rejected',
    request: /common password/,
    at: /^(status|body|cookies|headers|result)(\..*)?$/,
    when: ({ status }) => status === 200,
  },
];
