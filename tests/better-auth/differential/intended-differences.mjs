// The differences from Better Auth that are intended. A rule applies to the leaves of a response whose path matches `at`, in
// requests whose name matches `request`; a rule that applies to nothing is reported.

const isError = ({ status }) => status >= 400;

export const intendedDifferences = [
  {
    reason: 'errors are problem details (RFC 9457) with the members message and code added',
    at: /^(body|result\.error)\.(type|title|status|detail|instance|request_id|errors)(\..*)?$/,
    when: isError,
  },
  {
    reason: 'the media type of an error is application/problem+json',
    at: /^headers\.content-type$/,
    when: isError,
    service: (value) => value === 'application/problem+json',
  },
];
