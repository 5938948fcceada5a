// The differences from Better Auth that are intended. A rule applies to the leaves of a response whose path matches `at`, in
// requests whose name matches `request`; `when` reads Better Auth's response. A rule that applies to nothing is reported.

const isError = ({ status }) => status >= 400;
const is = (...expected) => (value) => expected.includes(value);
const isAbsent = is(undefined);
const startsWith = (...starts) => (value) => starts.some((start) => String(value).startsWith(start));

// Every part of a response: the rule's scenario has only what is meant.
const ANYTHING = /./;
const MESSAGE = /^(body|result\.error)\.message$/;
const CODE_AND_MESSAGE = /^(body|result\.error)\.(code|message)$/;

const everywhere = [
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
    when: ({ status, body }) => status >= 400 && body === '',
    reference: is('', undefined),
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
    at: /^(headers\.set-auth-jwt|body\.token)\.(header\.typ|claims\..+)$/,
  },
  {
    reason: 'sessions have the address of the connection; Better Auth knows only that of a proxy',
    at: /^(body|result\.data)\.(session|\d+)\.ipAddress$/,
    reference: is(''),
    service: is('127.0.0.1'),
  },
  {
    reason: 'an invalid request is a client error, where Better Auth fails',
    at: /^(status|headers\.location|result\.error\.status)$/,
    when: ({ status }) => status === 500,
    service: (value) => [302, 400, 401].includes(value) || /[?&]error=[A-Z_]+$/.test(value),
  },
];

const routing = [
  {
    reason: 'another method of a known path is 405 with Allow, not 404',
    at: /^(status|headers\.allow|result\.error\.status)$/,
    when: ({ status }) => status === 404,
    service: is(405, 'POST', 'GET, HEAD'),
  },
  {
    reason: 'POST /get-session is 405 without a hint at an option of Better Auth',
    request: /: POST \/get-session$/,
    at: /^(headers\.allow|body\.(code|message))$/,
    when: ({ status }) => status === 405,
  },
  { reason: 'a trailing slash redirects', request: /^a path with a trailing slash/, at: ANYTHING },
  { reason: 'preflight requests are answered', request: /^preflight requests/, at: ANYTHING },
];

const bodies = [
  {
    reason: 'the service takes JSON only: a form could come from another site',
    request: /^sign-up with a form/,
    at: ANYTHING,
  },
  { reason: 'the text of a 415', at: MESSAGE, when: ({ status }) => status === 415 },
  {
    reason: 'the text for a body that is no object',
    at: MESSAGE,
    when: ({ status }) => status === 400,
    reference: startsWith('[body] '),
    service: startsWith('[body] Invalid input: expected object', '[body.'),
  },
  {
    reason: 'an empty password is too short',
    request: /^sign-up with something missing/,
    at: CODE_AND_MESSAGE,
    service: is('PASSWORD_TOO_SHORT', 'Password too short'),
  },
  { reason: 'the text for a missing provider', request: /^social sign-in/, at: MESSAGE, when: ({ status }) => status === 400 },
  { reason: 'an empty callbackURL is none', at: /^body\.url$/, reference: is(''), service: isAbsent },
  { reason: 'update-user checks the types of members', request: /^update-user with members of other types/, at: ANYTHING },
];

const PAGE = 'http://localhost:3000';

// A link or a Location of Better Auth as the service has it.
const onThePage = (url) =>
  url.includes('callbackURL=%2F')
    ? url.replace('callbackURL=', `callbackURL=${encodeURIComponent(PAGE)}`)
    : `${PAGE}${url.replace('<server>', '')}`;

const mail = [
  {
    reason: 'a path in a mail is one of the page that asked for the mail: front end and service differ in origin',
    at: /^(mail\.url|headers\.location)$/,
    reference: (url) => url !== undefined,
    both: (reference, service) => service === onThePage(reference),
  },
  {
    reason: 'a redirect has no body and thus no media type',
    at: /^headers\.content-type$/,
    when: ({ status }) => status === 302,
    service: isAbsent,
  },
  { reason: 'the token of a password reset is stored as a hash', at: /^rows\.0\.isClear$/, service: is(false) },
  { reason: 'a password reset ends all sessions', request: /^sessions after a password reset 5/, at: ANYTHING },
];

const rules = [
  { reason: 'common passwords are rejected', request: /common password/, at: ANYTHING, when: ({ status }) => status === 200 },
  {
    reason: 'two different session cookies, or a quoted one, are no credential',
    request: /^ambiguous cookie fields/,
    at: ANYTHING,
  },
  { reason: 'access tokens of the service name their session', request: /^a JWT as bearer token 3/, at: ANYTHING },
  {
    reason: 'rate limits have times and texts of their own',
    request: /^too many sign-ins/,
    at: /^(headers\.x-retry-after|(body|result\.error)\.message)$/,
  },
];

export const intendedDifferences = [...everywhere, ...routing, ...bodies, ...mail, ...rules];
